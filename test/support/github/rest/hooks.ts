import { type Call, part } from '../http/call.js';
import { notFound, ok, type Reply } from '../http/reply.js';
import type { Routes } from '../http/router.js';
import { api } from '../views/account.js';
import { type Delivery, deliveryHeaders } from '../webhooks.js';

export const hooks: Routes = {
  'GET /app/hook/config': { needs: 'app', handle: (call) => ok(configView(call)) },
  'PATCH /app/hook/config': {
    needs: 'app',
    handle(call) {
      const { url } = call.body as { url?: string };
      call.world.hooks.url = url ?? call.world.hooks.url;
      return ok(configView(call));
    },
  },
  'GET /app/hook/deliveries': { needs: 'app', handle: listDeliveries },
  'GET /app/hook/deliveries/{delivery_id}': {
    needs: 'app',
    handle(call) {
      const delivery = deliveryIn(call);
      const body = JSON.stringify(delivery.payload);
      return ok({
        ...itemView(delivery),
        url: call.world.hooks.url ?? '',
        request: { headers: deliveryHeaders(call.world, delivery, body), payload: delivery.payload },
        response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
      });
    },
  },
  'POST /app/hook/deliveries/{delivery_id}/attempts': {
    needs: 'app',
    handle(call) {
      call.world.hooks.redeliver(deliveryIn(call).id);
      return { status: 202, json: {} };
    },
  },
};

function configView({ world }: Call) {
  return { url: world.hooks.url ?? '', content_type: 'json', secret: '********', insecure_ssl: '0' };
}

function deliveryIn(call: Call): Delivery {
  const id = Number(part(call, 'delivery_id'));
  const delivery = call.world.hooks.deliveries.find((one) => one.id === id);
  if (!delivery) throw notFound();
  return delivery;
}

/** Newest first, by cursor: the id from which the next page goes on. */
function listDeliveries(call: Call): Reply {
  const perPage = Math.min(100, Number(call.query.per_page ?? 30));
  const cursor = Number(call.query.cursor ?? Number.POSITIVE_INFINITY);
  const wanted = [...call.world.hooks.deliveries]
    .reverse()
    .filter(({ id }) => id <= cursor)
    .filter((delivery) => matches(delivery, call.query.status));
  const next = wanted[perPage];
  const url = new URL(`${api}/app/hook/deliveries`);
  for (const [name, value] of call.url.searchParams) url.searchParams.set(name, value);
  if (next) url.searchParams.set('cursor', String(next.id));
  const headers = next ? { link: `<${url.href}>; rel="next"` } : {};
  return { status: 200, headers, json: wanted.slice(0, perPage).map(itemView) };
}

function matches(delivery: Delivery, status: string | undefined): boolean {
  if (status === undefined) return true;
  return (status === 'success') === (delivery.status === 'OK');
}

function itemView(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}
