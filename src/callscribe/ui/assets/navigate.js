// Links between pages without loading the page anew, wherever on the page they are; and the choice of a language.

let pages = [];

export default function (component) {
  const data = JSON.parse(new TextDecoder().decode(component.data));
  pages = data.pages;
  document.documentElement.lang = data.language;
}

function isPage(link) {
  const path = link.pathname.slice(new URL(".", document.baseURI).pathname.length);
  return link.origin === location.origin && pages.includes(path);
}

/** As the browser's own buttons go; `st.switch_page` would leave an address in the history that is of neither page. */
function go(address) {
  if (address === location.href) history.replaceState({}, "", address);
  else history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
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
  if (!isPage(link)) return;
  event.preventDefault();
  go(link.href);
  closeDrawer();
});
