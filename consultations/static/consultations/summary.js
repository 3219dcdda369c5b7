// The summary's editor: everything works by forms; here come the keys, dragging, saving by itself, what others do,
// and care for what is typed but not saved.
import { saveByItself } from "./summary/autosave.js";
import { dragRows } from "./summary/drag.js";
import { listenToKeys } from "./summary/keys.js";
import { showPreview } from "./summary/pane.js";
import { listenToRequests } from "./summary/requests.js";
import { guard } from "./summary/typed.js";
import { watch } from "./summary/watch.js";

const root = document.getElementById("summary");
if (root) {
  listenToRequests(root);
  listenToKeys(root);
  dragRows(root);
  saveByItself(root);
  watch(root);
  guard(root);
  showPreview();
}
