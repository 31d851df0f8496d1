import { hrefOf, parseRoute, type Route, type Screen } from './route.ts';

/** Where the window is; the part of the address behind `#` is the truth. */
class Router {
  #now = $state.raw<Route>(parseRoute(location.hash));
  #locked: Screen | undefined;

  get now(): Route {
    return this.#now;
  }

  start(): void {
    navigation.addEventListener('navigate', stayHere);
    addEventListener('hashchange', () => {
      this.#now = parseRoute(location.hash);
      if (this.#locked !== undefined && this.#now.screen !== this.#locked) this.#return();
    });
  }

  go(screen: Screen, ...rest: readonly (string | number)[]): void {
    location.hash = hrefOf(screen, ...rest);
  }

  /** From now on no address leads away from `screen`; undefined frees the way again. */
  lock(screen: Screen | undefined): void {
    this.#locked = screen;
    if (screen !== undefined && this.#now.screen !== screen) this.#return();
  }

  #return(): void {
    this.#now = { screen: this.#locked!, rest: [] };
    history.replaceState(null, '', hrefOf(this.#locked!));
  }
}

/** No link or script leads to another site; a content policy cannot forbid that. */
function stayHere(event: NavigateEvent): void {
  if (URL.parse(event.destination.url)?.origin !== location.origin) event.preventDefault();
}

export const router = new Router();
