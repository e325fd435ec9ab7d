//! What Vault must be told: policies and roles as commands.
//!
//! Names come from a repository, so every word of a command is quoted where the shell would read more into it. Must not hold a secret.

use std::fmt::Write;

use crate::graph::VaultPolicy;

/// Writes the commands that make the policies and their roles.
pub fn vault_policies(policies: &[VaultPolicy]) -> String {
    policies.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn one(policy: &VaultPolicy) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# Vault at {}", comment(&policy.server));
    for store in &policy.stores {
        let _ = writeln!(out, "# {} logs in with {}", comment(&store.to_string()), method(policy));
    }
    for user in &policy.users {
        let _ = writeln!(out, "# needed by {}", comment(&user.to_string()));
    }
    let namespace = policy.namespace.as_ref().map(|one| format!("-namespace={} ", quoted(one))).unwrap_or_default();
    let _ = writeln!(out, "vault policy write {namespace}{} - <<'POLICY'", quoted(&policy.name));
    for (path, capabilities) in &policy.paths {
        let capabilities: Vec<String> = capabilities.iter().map(|one| format!("\"{one}\"")).collect();
        let _ = writeln!(out, "path {} {{\n  capabilities = [{}]\n}}", hcl(path), capabilities.join(", "));
    }
    out.push_str("POLICY\n");
    out.push_str(&role(policy, &namespace));
    out
}

fn method(policy: &VaultPolicy) -> String {
    let auth = &policy.auth;
    let mount = if auth.mount.is_empty() { String::new() } else { format!(" at auth/{}", comment(&auth.mount)) };
    match auth.method.as_str() {
        "" => "a method that is not written here".to_owned(),
        "token" => "a token".to_owned(),
        method => format!("{}{mount}", comment(method)),
    }
}

/// The command that gives the policy to whoever logs in.
fn role(policy: &VaultPolicy, namespace: &str) -> String {
    let auth = &policy.auth;
    let name = auth.role.as_deref().unwrap_or(&policy.name);
    let path = quoted(&format!("auth/{}/role/{name}", auth.mount));
    let mut arguments: Vec<String> = Vec::new();
    let audiences = auth.audiences.join(",");
    let join = |names: Vec<&str>| {
        let mut names = names;
        names.sort_unstable();
        names.dedup();
        names.join(",")
    };
    match auth.method.as_str() {
        "kubernetes" => {
            let names = join(policy.accounts.iter().map(|(_, name)| name.as_str()).collect());
            let homes = join(policy.accounts.iter().filter_map(|(home, _)| home.as_deref()).collect());
            arguments.push(setting("bound_service_account_names", &or_blank(&names)));
            arguments.push(setting("bound_service_account_namespaces", &or_blank(&homes)));
            if !audiences.is_empty() {
                arguments.push(setting("audience", &audiences));
            }
        }
        "jwt" => {
            let subjects = policy
                .accounts
                .iter()
                .map(|(home, name)| format!("system:serviceaccount:{}:{name}", home.as_deref().unwrap_or("NAMESPACE")));
            arguments.push("role_type=jwt user_claim=sub".to_owned());
            arguments.push(setting("bound_subject", &or_blank(&subjects.collect::<Vec<_>>().join(","))));
            if !audiences.is_empty() {
                arguments.push(setting("bound_audiences", &audiences));
            }
        }
        "appRole" => {}
        "token" => {
            return format!("vault token create {namespace}-orphan -period=24h {}\n", setting("-policy", &policy.name));
        }
        _ => return format!("# give the policy {} to whatever the store logs in as\n", comment(&policy.name)),
    }
    arguments.push(setting("token_policies", &policy.name));
    arguments.push("token_ttl=1h".to_owned());
    let lines: Vec<String> = arguments.iter().map(|argument| format!("  {argument}")).collect();
    format!("vault write {namespace}{path} \\\n{}\n", lines.join(" \\\n"))
}

fn or_blank(names: &str) -> String {
    if names.is_empty() { "TO_BE_FILLED_IN".to_owned() } else { names.to_owned() }
}

fn setting(name: &str, value: &str) -> String {
    quoted(&format!("{name}={value}"))
}

/// A word of a command for the shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    let printable: String = word.chars().filter(|c| !c.is_control()).collect();
    format!("'{}'", printable.replace('\'', "'\\''"))
}

/// A text in a comment, which ends with its line.
fn comment(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A string of HCL.
fn hcl(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${"))
}
