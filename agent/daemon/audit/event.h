/* SPDX-License-Identifier: MIT */
/* event.h — everything that can be in the log, in one table. Knows names, not content. */
#pragma once

/* Each: its enumerator, its name in the log, the journal's MESSAGE_ID (random, never changed; install/journal/ explains
 * each) and syslog's priority (syslog.h). */
#define EVENT_ROWS(ROW)                                                                                                \
        ROW(EVENT_DEVICE_ALLOWED, "device-allowed", "b35ee1f25a9a441093cb7d1d8dc3b72b", LOG_INFO)                      \
        ROW(EVENT_DEVICE_REFUSED, "device-refused", "5e3e47c199e344d198bc0d6999ee9cc3", LOG_WARNING)                   \
        ROW(EVENT_DEVICE_REVOKED, "device-revoked", "af0259c23c5248bbac6737e1dc8a8c2d", LOG_WARNING)                   \
        ROW(EVENT_DEVICE_RESTORED, "device-restored", "98f64e19eed748bab26182706349b8bc", LOG_WARNING)                 \
        ROW(EVENT_DEVICE_GONE, "device-gone", "9db9d6f412a845218386f80ec9f6430b", LOG_INFO)                            \
        ROW(EVENT_DEVICES_COUNTED, "devices-counted", "2b5fc0fedecf4981b5ddef0f30548082", LOG_WARNING)                 \
        ROW(EVENT_POLICY_INSTALLED, "policy-installed", "0230926f28d84b5783d7cb923d93c9c2", LOG_NOTICE)                \
        ROW(EVENT_POLICY_REFUSED, "policy-refused", "4aefb245c5634d708a7978d66d349ebe", LOG_WARNING)                   \
        ROW(EVENT_POLICY_LOADED, "policy-loaded", "ce2a39aa693d482699149bc916c787ca", LOG_NOTICE)                      \
        ROW(EVENT_AGENT_STARTED, "agent-started", "1200a4f2b66f4865b59ad4fbb851ce8e", LOG_INFO)                        \
        ROW(EVENT_AGENT_STOPPING, "agent-stopping", "fbfaff4ce0d945d89678997c4019be92", LOG_NOTICE)                    \
        ROW(EVENT_OBSERVER_LOST, "observer-lost", "b1590b6be9df457fa07b53b24ee1ca96", LOG_ERR)                         \
        ROW(EVENT_KERNEL_BASELINE, "kernel-baseline", "e3a3a9a1d61d4b988d1af595c3a164e8", LOG_INFO)                    \
        ROW(EVENT_LOG_REPAIRED, "log-repaired", "d9086c0ba05e48e09fc0dbc303eb60ef", LOG_WARNING)                       \
        ROW(EVENT_LOG_PRUNED, "log-pruned", "03609263141d453091683409e616222d", LOG_NOTICE)                            \
        ROW(EVENT_LOGIN_ALLOWED, "login-allowed", "06d501afaf71479ead6b883ab87ad986", LOG_INFO)                        \
        ROW(EVENT_LOGIN_REFUSED, "login-refused", "fe441f798c5a43e7b5405f07b7a8077e", LOG_WARNING)                     \
        ROW(EVENT_LOGIN_THROTTLED, "login-throttled", "f65a43e060194750b32baa951c68f39e", LOG_WARNING)                 \
        ROW(EVENT_LOGIN_UNAVAILABLE, "login-unavailable", "e9c9390afa194ac0933042cfc0aa1026", LOG_ERR)                 \
        ROW(EVENT_LOGINS_COUNTED, "logins-counted", "1d246f1bf4984a0780273ec6016ff452", LOG_WARNING)                   \
        ROW(EVENT_SESSION_OPENED, "session-opened", "9d5d74a7ca524e788ef03251922896c9", LOG_INFO)                      \
        ROW(EVENT_SESSION_REFUSED, "session-refused", "b2ce509395714bc4a74afb21bc9d7187", LOG_WARNING)                 \
        ROW(EVENT_SESSION_CLOSED, "session-closed", "3030d444393942928befd296e102a50d", LOG_INFO)                      \
        ROW(EVENT_SESSION_LOST, "session-lost", "edb4da0b927e4b3c85cba7beaa6d3b5a", LOG_WARNING)                       \
        ROW(EVENT_FACTORS_CHANGED, "factors-changed", "42424a87b900431a8b309393090f230a", LOG_NOTICE)                  \
        ROW(EVENT_CLOCK_SET_BACK, "clock-set-back", "6b23f556e45342e08b1efab627db5faf", LOG_WARNING)                   \
        ROW(EVENT_CARD_REMOVED, "card-removed", "8b604171aa694f29a6475973c82d24d8", LOG_NOTICE)                        \
        ROW(EVENT_CARD_LOST, "card-lost", "552599d40d874da48f3ccaec469e76d8", LOG_WARNING)                             \
        ROW(EVENT_STAGE_CHANGED, "stage-changed", "37515e9a7ff54bcc946aed28e3c56ee5", LOG_WARNING)                     \
        ROW(EVENT_STAGE_CONFIRMED, "stage-confirmed", "94e3aa0c2b0b43df90a3bbe991806d47", LOG_NOTICE)                  \
        ROW(EVENT_NETWORK_STAGE_CHANGED, "network-stage-changed", "c0665b8efc01ba23443a95abcf5bc3dd", LOG_WARNING)     \
        ROW(EVENT_NETWORK_IN_FORCE, "network-in-force", "682f14b4fe9097ea027e0764b65cde21", LOG_NOTICE)                \
        ROW(EVENT_NETWORK_NOT_IN_FORCE, "network-not-in-force", "64f6c07c19a5e4edbdd0f2e7ab4de2be", LOG_ERR)           \
        ROW(EVENT_NETWORK_RESTORED, "network-restored", "30fedf244e715cecf09241aac317d7c9", LOG_WARNING)               \
        ROW(EVENT_NETWORK_SILENT, "network-silent", "a4815c9d803acefbcea2fa2709fbfc93", LOG_ERR)                       \
        ROW(EVENT_NETWORK_LINK_ALLOWED, "network-link-allowed", "1f52a0efce4f433cc177bebddad2560b", LOG_INFO)          \
        ROW(EVENT_NETWORK_LINK_REFUSED, "network-link-refused", "2725e5c06f4521e341ea5b725236bff5", LOG_WARNING)       \
        ROW(EVENT_NETWORK_LINK_STUCK, "network-link-stuck", "dc7ba80fa04fd1fa4a70961bd352d4bc", LOG_ERR)               \
        ROW(EVENT_NETWORK_SYSCTL, "network-sysctl", "31bcfacd4c980da8c7e4c4d3f29ffaa1", LOG_WARNING)                   \
        ROW(EVENT_NETWORK_RADIO, "network-radio", "91c242ac07680beecb00261b7c7d6f5e", LOG_WARNING)                     \
        ROW(EVENT_NETWORK_ROUTE, "network-route", "0e3f5e0ad4b08d505d28ed8896e5dffa", LOG_WARNING)                     \
        ROW(EVENT_NETWORK_RESOLVER, "network-resolver", "53dfb49b8aeb42baab896ac7454c2248", LOG_WARNING)               \
        ROW(EVENT_NETWORK_REFUSED, "network-refused", "bede340a9ff13969778ac62fa309f1a9", LOG_WARNING)                 \
        ROW(EVENT_NETWORK_COUNTED, "network-counted", "09ad7e268670828d3a4ac758b84a18ac", LOG_WARNING)                 \
        ROW(EVENT_CHECKPOINT, "checkpoint", "9e2103cd61274feabebdd97b4c0930f1", LOG_DEBUG)

#define EVENT_ENUMERATOR(event, name, id, priority) event,
enum event { EVENT_NONE /* no event has this name */, EVENT_ROWS(EVENT_ENUMERATOR) EVENTS };

const char *event_name(enum event e);       /* "device-allowed" */
const char *event_message_id(enum event e); /* the journal's MESSAGE_ID, 32 hexadecimal digits */
int event_priority(enum event e);           /* syslog's */
enum event event_from_name(const char *name);
