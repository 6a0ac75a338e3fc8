// Pages that need no script: one file, nothing is loaded.

/** Text as HTML. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

const style = `
:root { --background: #fff; --raised: #f5f7fa; --text: #16191d; --faint: #57606a; --border: #d4dae1; --bad: #aa0005; --good: #005d44; --bar: #0f54dc; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --background: #0f1318; --raised: #181e26; --text: #e6eaf0; --faint: #9aa5b1; --border: #2f3843; --bad: #ff8a80; --good: #1cdea8; --bar: #8ab4ff; } }
body { max-width: 1100px; margin: 0 auto; padding: 16px; background: var(--background); color: var(--text); font: 14px / 1.45 system-ui, sans-serif; }
h1 { margin: 0 0 8px; font-size: 20px; overflow-wrap: anywhere; }
h2 { margin: 28px 0 8px; font-size: 16px; }
p { margin: 6px 0; }
code { font-size: 12px; overflow-wrap: anywhere; }
.faint { color: var(--faint); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--border); text-align: right; vertical-align: top; white-space: nowrap; }
th:first-child { text-align: left; font-weight: 400; white-space: normal; overflow-wrap: anywhere; min-width: 160px; }
thead th { color: var(--faint); font-weight: 400; }
.slower, .problem { color: var(--bad); font-weight: 600; }
.faster { color: var(--good); font-weight: 600; }
svg { display: block; margin-left: auto; }
ul { margin: 4px 0; padding-left: 22px; }
details { margin: 6px 0; padding: 6px 10px; border: 1px solid var(--border); border-radius: 6px; background: var(--raised); }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary b { display: inline-block; min-width: 48px; }
.chain { margin: 6px 0 2px; padding: 0; list-style: none; }
.chain li { display: flex; flex-wrap: wrap; gap: 0 14px; padding: 2px 0; border-top: 1px solid var(--border); }
.place { margin-left: auto; color: var(--faint); }
@media print { details { break-inside: avoid; } body { max-width: none; } }
`

/** A page. @param body HTML */
export function htmlDocument(title: string, body: string): string {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}
