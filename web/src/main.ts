// Bring the page to life, where it has a player.

import { Player } from "./player";

const root = document.querySelector<HTMLElement>("[data-track]");
if (root) new Player(root);
