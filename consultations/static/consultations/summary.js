// The summary's editor: everything works by forms; here come the keys, and care for what is typed but not saved.
import { keepTyped } from "./summary/typed.js";
import { listenToKeys } from "./summary/keys.js";
import { listenToRequests } from "./summary/requests.js";

const root = document.getElementById("summary");
if (root) {
  listenToRequests(root);
  listenToKeys(root);
  keepTyped(root);
}
