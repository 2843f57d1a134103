// A strict OpenID provider: it demands PKCE, a registered address, and a prompt that it knows.
// Usage: node provider.js '{"port": 1, "redirect": "http://...", "secret": "...", "readers": {"amina": ["Analysts"]}}'
import { Provider } from "oidc-provider";

const { port, redirect, secret, readers } = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: "candour", client_secret: secret, redirect_uris: [redirect] }],
  // The dashboard reads the ID token alone.
  conformIdTokenClaims: false,
  claims: { openid: ["sub", "roles"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ["a key for a test"] },
  findAccount: (_, sub) =>
    sub in readers ? { accountId: sub, claims: () => ({ sub, roles: readers[sub] }) } : undefined,
  // Whoever signs in consents: the force's own dashboard asks for nothing else.
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  const { searchParams } = new URL(ctx.url, issuer);
  const who = searchParams.get("who");
  if (who === null) {
    const names = [...Object.keys(readers), "deny"];
    ctx.body = `<!doctype html><title>Force</title><form>${names
      .map((name) => `<button name="who" value="${name}">${name}</button>`)
      .join("")}</form>`;
    return undefined;
  }
  const answer =
    who === "deny"
      ? { error: "access_denied", error_description: "the reader would rather not" }
      : { login: { accountId: who } };
  return provider.interactionFinished(ctx.req, ctx.res, answer, { mergeWithLastSubmission: false });
});

provider.listen(port, "127.0.0.1", () => console.log("ready"));
