// The style nonce of this response, from the hub's page.
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;

/**
 * Gives the nonce to every style element that a script of ours makes. Ant Design does so for its
 * own, but not for the lock that keeps a page from scrolling behind a dialog.
 */
export function nonceStyles(): void {
  if (!nonce) return;
  const make = document.createElement.bind(document) as (
    name: string,
    options?: ElementCreationOptions,
  ) => HTMLElement;
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
