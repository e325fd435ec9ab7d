//! `network-policy-removed`: what kept traffic out goes away.

use super::{
    super::Level,
    Check, Hazard,
    fate::{self, Fate},
    seen::{Found, Seen},
};
use crate::manifest::ObjectId;

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "network-policy-removed",
    summary: "a network policy or an authorization policy goes away",
    why: "Traffic that it kept out is let in as soon as it is deleted.",
    check: Check::Object(check),
};

/// Kinds that restrict traffic, by API group.
const KINDS: &[(&str, &[&str])] = &[
    ("cilium.io", &["CiliumClusterwideNetworkPolicy", "CiliumNetworkPolicy"]),
    ("crd.projectcalico.org", &["GlobalNetworkPolicy", "NetworkPolicy"]),
    ("networking.k8s.io", &["NetworkPolicy"]),
    ("policy.networking.k8s.io", &["AdminNetworkPolicy", "BaselineAdminNetworkPolicy"]),
    ("projectcalico.org", &["GlobalNetworkPolicy", "NetworkPolicy"]),
    ("security.istio.io", &["AuthorizationPolicy", "PeerAuthentication"]),
];

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    let Some(object) = seen.gone().filter(|object| is_restriction(&object.id)) else { return };
    if !matches!(fate::of(seen, object), Fate::Left | Fate::Kept) {
        found.before(Level::Warning, object, object.origin(), format!("{} is removed", object.id));
    }
}

/// Whether objects of this kind restrict traffic.
pub(super) fn is_restriction(id: &ObjectId) -> bool {
    KINDS.iter().any(|(group, kinds)| id.group == *group && kinds.contains(&id.kind.as_str()))
}
