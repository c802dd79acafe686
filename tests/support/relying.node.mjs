// An application on a server, by openid-client: node relying.node.mjs MODULES ISSUER ID SECRET.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, issuer, id, secret] = process.argv.slice(2);
const entry = createRequire(`${modules}/`).resolve("openid-client");
const oidc = await import(pathToFileURL(entry));
const insecure = { execute: [oidc.allowInsecureRequests] };
const config = await oidc.discovery(new URL(issuer), id, secret, undefined, insecure);
const tokens = await oidc.clientCredentialsGrant(config, { scope: "account.read" });
const before = await oidc.tokenIntrospection(config, tokens.access_token);
await oidc.tokenRevocation(config, tokens.access_token);
const after = await oidc.tokenIntrospection(config, tokens.access_token);
const device = await oidc.initiateDeviceAuthorization(config, { scope: "openid play" });
console.log(
  JSON.stringify({
    issuer: config.serverMetadata().issuer,
    scope: before.scope,
    active: [before.active, after.active],
    code: device.user_code,
  }),
);
