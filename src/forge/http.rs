//! One exchange over HTTP: a request goes out, an answer comes back.
//!
//! The only file that knows the HTTP crate. Redirects are not followed here, and nothing is tried again: `client` decides both. Must not know forges.

use std::{io, sync::Arc, time::Duration};

use ureq::{
    Agent, Error, Timeout,
    http::{self, Response, Uri},
    tls::{Certificate, PemItem, RootCerts, TlsConfig},
};

use super::{
    ForgeError,
    api::{Answer, Method},
};

/// The most bytes of an answer; a page of a hundred of GitLab's longest notes is not much longer.
const MOST_BYTES: u64 = 128 * 1024 * 1024;

/// How a forge is reached.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Certificates of authorities, as PEM, instead of those that browsers trust.
    pub authorities: Option<Vec<u8>>,
    /// The address of a proxy.
    pub proxy: Option<String>,
    /// Whether a token may travel without TLS to other machines.
    pub plain: bool,
    /// How long one exchange may take.
    pub patience: Duration,
}

impl Default for Connection {
    fn default() -> Self {
        Self { authorities: None, proxy: None, plain: false, patience: Duration::from_secs(30) }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// The request never reached anybody.
    NotSent(String),
    /// Nobody can tell whether it did.
    Uncertain(String),
    /// It would be the same at any other time.
    Lasting(ForgeError),
}

pub(super) struct Http {
    agent: Agent,
    patience: Duration,
}

impl Http {
    pub fn new(connection: &Connection) -> Result<Self, ForgeError> {
        let roots = match &connection.authorities {
            Some(pem) => RootCerts::Specific(Arc::new(authorities(pem)?)),
            None => RootCerts::WebPki,
        };
        // The address of a proxy may have a password in it.
        let proxy = connection.proxy.as_deref().map(ureq::Proxy::new).transpose();
        let proxy = proxy.map_err(|_| ForgeError::other("the address of the proxy is none"))?;
        let agent = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("treewright/", env!("CARGO_PKG_VERSION")))
            // An answer that is cut off leaves nothing behind for the next request.
            .max_idle_connections(0)
            .build();
        Ok(Self { agent: agent.into(), patience: connection.patience })
    }

    /// Sends a request to a whole address. It takes no longer than `most`.
    pub fn exchange(
        &self,
        method: Method,
        url: &str,
        headers: &[(&'static str, String)],
        body: Option<&str>,
        most: Duration,
    ) -> Result<Answer, Fault> {
        let mut request = http::Request::builder().method(method.as_str()).uri(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let refused =
            |error: http::Error| Fault::Lasting(ForgeError::other(format!("`{url}` cannot be asked: {error}")));
        let time = Some(self.patience.min(most));
        let sent = if let Some(body) = body {
            let request = request.header("content-type", "application/json").body(body.to_owned()).map_err(refused)?;
            self.agent.run(self.agent.configure_request(request).timeout_global(time).build())
        } else {
            let request = request.body(()).map_err(refused)?;
            self.agent.run(self.agent.configure_request(request).timeout_global(time).build())
        };
        sent.and_then(read).map_err(|error| fault(&error))
    }
}

fn read(mut response: Response<ureq::Body>) -> Result<Answer, Error> {
    let headers = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let status = response.status().as_u16();
    let bytes = response.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?;
    Ok(Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() })
}

fn fault(error: &Error) -> Fault {
    let text = error.to_string();
    match error {
        Error::HostNotFound => Fault::NotSent("the name of the host is not known".to_owned()),
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            Fault::NotSent("no connection within the time for it".to_owned())
        }
        Error::Timeout(_) => Fault::Uncertain("no answer within the time for it".to_owned()),
        Error::ConnectionFailed | Error::ConnectProxyFailed(_) => Fault::NotSent(text),
        Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            Fault::NotSent("the connection was refused".to_owned())
        }
        // What TLS does not accept comes as bad data.
        _ if text.contains("certificate") => Fault::Lasting(
            ForgeError::other(format!("its certificate is not accepted: {text}"))
                .hint("--ca-file FILE names the authority that made it"),
        ),
        Error::Io(_) | Error::Protocol(_) | Error::BodyStalled => Fault::Uncertain(text),
        _ => Fault::Lasting(ForgeError::other(text)),
    }
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate<'static>>, ForgeError> {
    let wrong = || {
        ForgeError::other("the file with the authorities has no certificate that can be read")
            .hint("it is PEM: `-----BEGIN CERTIFICATE-----` and so on, one after the other")
    };
    let mut found = Vec::new();
    for item in ureq::tls::parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| wrong())? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err(wrong()) } else { Ok(found) }
}

/// Scheme, host and port of an address; `None` if it is none for HTTP.
pub(super) fn origin(url: &str) -> Option<(String, String, u16)> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let default = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    // `user:password@host` is no way to hand in a token.
    if uri.authority()?.as_str().contains('@') {
        return None;
    }
    Some((scheme, uri.host()?.to_ascii_lowercase(), uri.port_u16().unwrap_or(default)))
}
