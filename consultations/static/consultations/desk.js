// The desk: everything works by forms and links; here come the keys, what is live, and the claim that is kept.
import { keepClaim } from "./desk/claim.js";
import { listenToKeys } from "./desk/keys.js";
import { stayLive } from "./desk/live.js";
import { listenToMarks } from "./desk/marks.js";
import { listenToRequests } from "./desk/requests.js";
import { orderThemes } from "./desk/themes.js";
import { listenToViews } from "./desk/views.js";

const root = document.getElementById("desk");
if (root) {
  listenToViews(root);
  listenToRequests(root);
  listenToMarks(root);
  listenToKeys(root);
  orderThemes(root);
  keepClaim(stayLive(root));
}
