//! Which values are secrets, told by their key and their own shape.
//!
//! Owns the judgement that both the search for secrets in clear and the hiding of secrets in output rest on. Must not know where a value stands.

use std::borrow::Cow;

use base64::Engine as _;

/// Last words of a key that make its value a secret whatever stands before them.
const SECRET_WORDS: &[&str] = &[
    "apikey",
    "authtoken",
    "clientsecret",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "psk",
    "pwd",
    "secrettoken",
];

/// Words that, before a last word `key` or `keys`, make the value a secret.
const KEY_WORDS: &[&str] =
    &["access", "api", "auth", "cryptkeeper", "encryption", "private", "secret", "session", "signing"];

/// Words that, before a last word `secret`, make the value a secret; any other `…Secret` is mostly the name of one.
const SECRET_OWNERS: &[&str] =
    &["api", "app", "client", "consumer", "cookie", "hmac", "jwt", "session", "shared", "signing", "webhook"];

/// Words in front of a last word `token` that make it something else than a credential.
const OTHER_TOKENS: &[&str] = &["automount", "max", "mount", "next", "page", "per", "stop"];

/// Whether a value under a key is a secret in clear.
pub fn is_secret(key: &str, text: &str) -> bool {
    is_secret_key(key)
        && is_clear_secret(text)
        && (!is_ambiguous(key) || is_random(text))
        && (!is_made_by_programs(key) || !is_plain_word(text))
        && words(key) != words(text)
}

/// Whether what stands in a Secret under a key is secret: by its key, or by its own shape, whatever the key.
pub fn is_secret_in_secret(key: &str, text: &str) -> bool {
    let is_identifier = text.split('-').count() > 4 && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let text = text.trim();
    if text.contains('\n') || text.contains("{\"") {
        return !is_harmless_configuration(text);
    }
    let is_host = text.contains('.') && !text.starts_with("eyJ");
    let is_telling = is_random(text) && !is_identifier && !is_host && !text.contains([' ', '/', '@', ','])
        || text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'));
    is_secret(key, text) || is_ambiguous(key) && is_clear_secret(text) || is_telling && is_clear_secret(text)
}

/// Whether the values of a key are made by programs, not by people: keys and tokens.
fn is_made_by_programs(key: &str) -> bool {
    words(key).last().is_some_and(|last| matches!(last.as_str(), "key" | "keys" | "apikey" | "token" | "tokens"))
}

/// Whether a text is a short word, such as where a program asks for a key that nothing looks at.
fn is_plain_word(text: &str) -> bool {
    text.len() <= 8 && text.chars().all(|c| c.is_ascii_lowercase())
}

/// Whether output must hide the value of a key: in doubt it does.
pub fn is_hidden(key: &str, text: &str) -> bool {
    is_secret_key(key) && !is_placeholder(text) && (!is_ambiguous(key) || is_random(text))
}

/// Whether a key says `secretKey`, which is as often the key in a Secret as a key that is secret.
fn is_ambiguous(key: &str) -> bool {
    words(key).ends_with(&["secret".to_owned(), "key".to_owned()])
}

/// Whether a text looks like something that a program has made up.
fn is_random(text: &str) -> bool {
    let has = |test: fn(&char) -> bool| text.chars().any(|c| test(&c));
    text.len() >= 16 && has(char::is_ascii_digit) && has(char::is_ascii_lowercase)
}

/// Whether a key of a Secret holds something public: a certificate, a public key, the known hosts.
pub fn is_public_key(key: &str) -> bool {
    let words = words(key);
    let last = words.last().map_or("", String::as_str);
    matches!(last, "crt" | "cert" | "certificate" | "pub" | "username" | "user" | "host" | "port" | "hosts")
}

/// Whether a text of several lines is a configuration without a secret in it: there are settings, and none of them is a secret, or only comments.
pub fn is_harmless_configuration(text: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty());
    let settings: Vec<(&str, &str)> = lines
        .clone()
        .flat_map(|line| line.split(if line.contains("{\"") { [',', '{', '}'].as_slice() } else { &[] }))
        .filter_map(|line| line.split_once(['=', ':']))
        .map(|(key, value)| (key.trim().trim_matches('"'), value.trim().trim_matches(['"', '\'', ','])))
        .collect();
    (lines.count() == 0 || !settings.is_empty())
        && !holds_private_key(text)
        && !settings.iter().any(|(key, value)| *key == "auth" || is_secret(key, value))
}

/// Whether the value of a key is a secret by the key's name: `clientSecret`, `DB_PASSWORD`, `hub.cookie_secret`; but not `existingSecret`, `passwordKey`,
/// `TOKEN_FILE` or `tokenUrl`, which only lead to one.
pub fn is_secret_key(key: &str) -> bool {
    let words = words(key);
    // The name of a label or annotation.
    if key.contains('/') || words.iter().any(|word| word == "existing") {
        return false;
    }
    let Some((last, before)) = words.split_last() else { return false };
    let previous = before.last().map_or("", String::as_str);
    let has = |wanted: &str| before.iter().any(|word| word == wanted);
    match last.as_str() {
        "key" | "keys" => KEY_WORDS.contains(&previous) && (previous != "access" || has("secret")),
        "secret" => SECRET_OWNERS.contains(&previous),
        "token" | "tokens" => !OTHER_TOKENS.contains(&previous),
        "pass" => !before.is_empty() && previous != "by" && previous != "proxy",
        last => SECRET_WORDS.contains(&last),
    }
}

/// The lower-case words of a key: `clientSecret`, `client_secret` and `CLIENT-SECRET` are all `client`, `secret`.
fn words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    let mut before = ' ';
    for c in key.chars() {
        if !c.is_ascii_alphanumeric() {
            open = false;
        } else if open && !(c.is_ascii_uppercase() && before.is_ascii_lowercase()) {
            if let Some(word) = words.last_mut() {
                word.push(c.to_ascii_lowercase());
            }
        } else {
            words.push(c.to_ascii_lowercase().to_string());
            open = true;
        }
        before = c;
    }
    words
}

/// Whether a text is a private key in PEM form, or holds one.
pub fn holds_private_key(text: &str) -> bool {
    text.match_indices("-----BEGIN ").any(|(at, marker)| {
        let rest = &text[at + marker.len()..];
        // Documentation shows the first line alone; a key has a body.
        rest.split_once("-----").is_some_and(|(kind, body)| {
            kind.ends_with("PRIVATE KEY") && body.trim_start().len() > 64 && !is_placeholder(body)
        })
    })
}

/// Whether a text stands in for a secret that is filled in later or elsewhere: a reference, a template, an encrypted value, or nothing.
pub fn is_placeholder(text: &str) -> bool {
    const MARKS: &[&str] = &["${", "$(", "{{", "ENC[", "<path:", "op://", "[["];
    const STARTS: &[&str] =
        &["<", "vault:", "ref+", "secretref", "env:", "os.environ", "file:", "arn:aws:", "$__", "%"];
    let text = text.trim();
    text.is_empty()
        || MARKS.iter().any(|mark| text.contains(mark))
        || STARTS.iter().any(|start| text.to_ascii_lowercase().starts_with(start))
        || text.strip_prefix('$').is_some_and(is_shell_name)
        || text.strip_prefix("__").and_then(|rest| rest.strip_suffix("__")).is_some_and(is_shell_name)
}

/// Whether a text names a secret that a program looks up elsewhere: `$oidc.clientSecret`, `{MQTT_PASSWORD}`, `{env:API_KEY}`, `ACCESS_SECRET_KEY`, `private.key`.
pub fn is_reference(text: &str) -> bool {
    const FILES: &[&str] = &["crt", "json", "key", "p12", "pem", "txt", "yaml"];
    let is_name = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.:/-".contains(c))
    };
    let text = text.trim();
    let is_constant = text.contains('_')
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let is_file = text.rsplit_once('.').is_some_and(|(name, extension)| FILES.contains(&extension) && is_name(name));
    is_constant
        || is_file
        || text.strip_prefix('$').is_some_and(is_name)
        || text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(is_name)
}

fn is_shell_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// Whether a text is public by its own shape: a certificate, a public key, a hash, a web address without credentials.
pub fn is_public(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "ssh-",
        "ecdsa-sha2-",
        "age1",
        "$2a$",
        "$2b$",
        "$2y$",
        "$apr1$",
        "{sha}",
        "$argon2",
        "$5$",
        "$6$",
        "$pbkdf2",
        "{SSHA",
        "sha256:",
        "scram-sha-256$",
    ];
    let text = text.trim();
    // A line of htpasswd is a name and a hash.
    let text = text.split_once(':').map_or(text, |(name, hash)| {
        if name.contains([' ', '/']) || !hash.starts_with(['$', '{']) { text } else { hash }
    });
    let pem = text.starts_with("-----BEGIN ") && !text.contains("PRIVATE KEY");
    pem || STARTS.iter().any(|start| text.to_ascii_lowercase().starts_with(&start.to_ascii_lowercase()))
        || is_plain_address(text)
}

fn is_plain_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let named = scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+');
    named
        && !text.contains(char::is_whitespace)
        && !host.contains('@')
        && !rest.contains("token=")
        && !rest.contains("/hooks/")
}

/// Words that say that there is no secret.
const ABSENT: &[&str] = &[
    "anonymous",
    "auto",
    "disabled",
    "false",
    "generate",
    "na",
    "nil",
    "no",
    "none",
    "null",
    "secret",
    "true",
    "unused",
    "yes",
];

/// Words, without what separates them, that say that a text only holds the place of a secret.
const FILLERS: &[&str] = &[
    "change",
    "doesnotmatter",
    "dontcare",
    "dummy",
    "example",
    "fake",
    "fixme",
    "goeshere",
    "insert",
    "mypassword",
    "mysecret",
    "mytoken",
    "noauth",
    "nokey",
    "notneeded",
    "notrequired",
    "notsecret",
    "notused",
    "placeholder",
    "redacted",
    "replace",
    "todo",
    "your",
];

/// Whether a value under a secret key is a secret in clear, and not a word that only holds its place, a name, a path or prose.
pub fn is_clear_secret(text: &str) -> bool {
    let text = text.trim();
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let path = text.starts_with('/') || text.starts_with("./");
    !(is_placeholder(text)
        || is_public(text)
        || is_reference(text)
        || ABSENT.contains(&letters.as_str())
        || is_filled_in(text)
        || is_duration(text)
        || path
        || text.contains(' '))
        && text.len() >= 3
        && !FILLERS.iter().any(|word| letters.contains(word))
}

/// Whether somebody only had to write something: `xxx`, `abababab`, `abcdef`, `sk-1111`.
fn is_filled_in(text: &str) -> bool {
    let body = text.strip_prefix("sk-").unwrap_or(text);
    let bytes: Vec<u8> = body.bytes().filter(|byte| *byte != b'-').collect();
    let mut different = bytes.clone();
    different.sort_unstable();
    different.dedup();
    let is_alphabet = bytes.iter().all(u8::is_ascii_lowercase) && bytes.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    different.len() <= 2 || is_alphabet || text.contains("...")
}

/// Whether a text is a duration, as behind `idTokens`.
fn is_duration(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < text.len() && matches!(unit, "ms" | "s" | "m" | "h" | "d")
}

/// The text behind base64, if it is that; whitespace in between is skipped.
pub fn decoded(base64: &str) -> Option<String> {
    let digits: Cow<'_, str> = if base64.contains(char::is_whitespace) {
        base64.split_whitespace().collect::<String>().into()
    } else {
        base64.into()
    };
    let bytes = base64::engine::general_purpose::STANDARD.decode(digits.as_bytes()).ok()?;
    // What is not text is judged as what it is: bytes that nobody would take for a placeholder.
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
