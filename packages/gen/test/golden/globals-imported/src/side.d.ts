declare global { interface Beside { readonly b: 1 } }
export interface Side {}
