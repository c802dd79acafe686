// A page of an application that signs people in with a house, by oidc-client-ts: its address has
// ?authority=…&client=… at first. What it holds stands in the title, as JSON.
import { UserManager, WebStorageStateStore } from "oidc-client-ts";

const here = location.origin + "/";
const asked = new URLSearchParams(location.search);
for (const name of ["authority", "client"]) {
  if (asked.has(name)) localStorage.setItem(name, asked.get(name));
}
const manager = new UserManager({
  authority: localStorage.getItem("authority"),
  client_id: localStorage.getItem("client"),
  // As an earlier player sends, which keeps none.
  client_secret: "missing",
  redirect_uri: here,
  popup_redirect_uri: here,
  post_logout_redirect_uri: here,
  scope: "openid profile read_write",
  userStore: new WebStorageStateStore({ store: localStorage }),
  loadUserInfo: true,
  revokeTokensOnSignout: true,
  automaticSilentRenew: false,
});

const show = (said) => (document.title = JSON.stringify(said));

globalThis.relying = {
  signIn: () => void manager.signinRedirect(),
  signInBeside: () =>
    void manager.signinPopup().then((user) => show({ name: user.profile.name })),
  signOut: () => void manager.signoutRedirect(),
  renew: async () => {
    const before = await manager.getUser();
    const after = await manager.signinSilent();
    return [before.access_token, after.access_token, after.profile.sub];
  },
  token: async () => (await manager.getUser()).access_token,
};

const begin = async () => {
  if (asked.has("code") || asked.has("error")) {
    const user = await manager.signinCallback();
    history.replaceState(null, "", here);
    return { name: user.profile.name, sub: user.profile.sub, scope: user.scope };
  }
  return { ready: true };
};
begin().then(show, (error) => show({ error: String(error) }));
