import { type Call, part } from '../http/call.js';
import { created, notFound, type Reply } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { appView } from '../views/app.js';

export const manifests: Routes = {
  'POST /app-manifests/{code}/conversions': { needs: 'anyone', handle: convert },
};

/** Set-up's last step: a code, good once, becomes the App with its secrets. */
function convert(call: Call): Reply {
  const { world } = call;
  const { app } = world;
  if (!world.manifestCodes.delete(part(call, 'code'))) throw notFound();
  return created({
    ...appView(world),
    client_secret: 'stand-in-client-secret',
    webhook_secret: app.webhookSecret,
    pem: app.privateKey,
  });
}
