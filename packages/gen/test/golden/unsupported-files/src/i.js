// prose about //trace:event directives
