//! `rbac-widened`: somebody may do more than before.

use super::{
    super::Level,
    Check, Hazard,
    seen::{Found, Seen, text},
};
use crate::{
    project::Object,
    yaml::{Origin, Value},
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "rbac-widened",
    summary: "a role allows more, or somebody is bound to one",
    why: "Whoever holds the role, or one of its tokens, may do more than before.",
    check: Check::Object(check),
};

const GROUP: &str = "rbac.authorization.k8s.io";

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    let Some(after) = seen.after.filter(|object| object.id.group == GROUP) else { return };
    let before = seen.kept().map(|(before, _)| before);
    match after.id.kind.as_str() {
        "Role" | "ClusterRole" => role(before, after, found),
        "RoleBinding" | "ClusterRoleBinding" => binding(before, after, found),
        _ => {}
    }
}

/// One thing that a rule allows.
struct Grant<'v> {
    group: &'v str,
    resource: &'v str,
    verb: &'v str,
    /// Only for objects of these names; for all, if there is none.
    names: Vec<&'v str>,
    origin: Origin,
}

impl Grant<'_> {
    fn covers(&self, other: &Grant<'_>) -> bool {
        let fits = |own: &str, other: &str| own == "*" || own == other;
        fits(self.group, other.group)
            && fits(self.resource, other.resource)
            && fits(self.verb, other.verb)
            && (self.names.is_empty()
                || !other.names.is_empty() && other.names.iter().all(|name| self.names.contains(name)))
    }

    /// Whether it is as good as everything, or leads there.
    fn is_mighty(&self) -> bool {
        self.resource == "*"
            || self.verb == "*"
            || matches!(self.verb, "escalate" | "bind" | "impersonate")
            || self.group.is_empty() && self.resource == "secrets" && self.names.is_empty()
            || self.resource == "pods/exec"
    }

    fn describe(&self) -> String {
        let group = if self.group.is_empty() { String::new() } else { format!(" of {}", self.group) };
        format!("{} {}{group}", self.verb, self.resource)
    }
}

fn strings<'v>(rule: &'v Value, key: &str) -> Vec<&'v str> {
    rule.get(key).and_then(Value::as_sequence).unwrap_or_default().iter().filter_map(Value::as_str).collect()
}

fn grants(object: &Object) -> Vec<Grant<'_>> {
    let rules = object.value.get("rules").and_then(Value::as_sequence).unwrap_or_default();
    let mut grants = Vec::new();
    for rule in rules {
        let verbs = strings(rule, "verbs");
        for &verb in &verbs {
            for resource in strings(rule, "resources") {
                for group in strings(rule, "apiGroups") {
                    grants.push(Grant {
                        group,
                        resource,
                        verb,
                        names: strings(rule, "resourceNames"),
                        origin: rule.origin,
                    });
                }
            }
            for url in strings(rule, "nonResourceURLs") {
                grants.push(Grant { group: "(paths)", resource: url, verb, names: Vec::new(), origin: rule.origin });
            }
        }
    }
    grants
}

fn role(before: Option<&Object>, after: &Object, found: &mut Found<'_>) {
    let old = before.map(grants).unwrap_or_default();
    let new = grants(after);
    let gained: Vec<&Grant<'_>> = new.iter().filter(|grant| !old.iter().any(|old| old.covers(grant))).collect();
    let mighty: Vec<&Grant<'_>> = gained.iter().copied().filter(|grant| grant.is_mighty()).collect();
    // A new role is no news by itself, unless it allows what leads to everything.
    let shown = if before.is_some() && mighty.is_empty() { &gained } else { &mighty };
    let Some(first) = shown.first() else { return };
    let named: Vec<String> = shown.iter().take(4).map(|grant| grant.describe()).collect();
    let more = shown.len().saturating_sub(named.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let level = if mighty.is_empty() { Level::Warning } else { Level::Error };
    let verb = if before.is_some() { "also allows" } else { "allows" };
    found.after(level, after, first.origin, format!("{} {verb}: {}{more}", after.id, named.join(", ")));
}

fn binding(before: Option<&Object>, after: &Object, found: &mut Found<'_>) {
    let role = text(after, &["roleRef", "name"]).unwrap_or_default();
    let is_admin = matches!(role, "cluster-admin" | "admin");
    let level = if role == "cluster-admin" { Level::Error } else { Level::Warning };
    let subjects = |object: &Object| -> Vec<(String, Origin)> {
        let subjects = object.value.get("subjects").and_then(Value::as_sequence).unwrap_or_default();
        let name = |subject: &Value| {
            let text = |key: &str| Some(subject.get(key)?.as_scalar()?.text.to_string());
            let namespace = text("namespace").map(|namespace| format!("{namespace}/")).unwrap_or_default();
            Some((format!("{} {namespace}{}", text("kind")?, text("name")?), subject.origin))
        };
        subjects.iter().filter_map(name).collect()
    };
    let same_role = before.is_some_and(|before| text(before, &["roleRef", "name"]) == Some(role));
    let old = before.filter(|_| same_role).map(subjects).unwrap_or_default();
    let is_open = |name: &str| {
        matches!(name, "Group system:authenticated" | "Group system:unauthenticated" | "User system:anonymous")
    };
    for (subject, origin) in subjects(after) {
        let is_known = old.iter().any(|(one, _)| *one == subject);
        let is_open = is_open(&subject);
        if !is_known && (before.is_some() || is_admin || is_open) {
            let level = if is_open { Level::Error } else { level };
            found.after(level, after, origin, format!("{} binds {subject} to {role}", after.id));
        }
    }
}
