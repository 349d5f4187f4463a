// Links between pages without loading the page anew, wherever on the page they are; and the choice of a language.

let go = () => {};
let pages = [];

export default function (component) {
  const data = JSON.parse(new TextDecoder().decode(component.data));
  go = (address) => component.setTriggerValue("go", address);
  pages = data.pages;
  document.documentElement.lang = data.language;
}

function page(link) {
  const url = new URL(link.href);
  const path = url.pathname.slice(new URL(".", document.baseURI).pathname.length);
  return url.origin === location.origin && pages.includes(path) ? path + url.search : null;
}

function closeDrawer() {
  if (innerWidth < 768) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

document.addEventListener("click", (event) => {
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.target || link.hasAttribute("download")) return;
  const language = link.hash.match(/^#language-(\w+)$/);
  if (language) {
    event.preventDefault();
    document.cookie = `callscribe_language=${language[1]}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
    return;
  }
  const address = page(link);
  if (address === null) return;
  event.preventDefault();
  go(address);
  closeDrawer();
});
