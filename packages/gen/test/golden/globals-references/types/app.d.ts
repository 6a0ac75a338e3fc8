interface AppGlobal { readonly app: 1 }
