//! Asks one forge with patience: tries again what may be tried again, waits as long as it is told to, follows redirects that stay on the host, and puts into words why
//! it failed.
//!
//! Must not know what the requests are for.

use std::time::Duration;

use super::{
    Clock, Connection, ErrorKind, ForgeError, Target, Token,
    api::{Answer, Method, Request},
    http::{Fault, Http, origin},
    patience::{self, MOST_TRIES},
};

/// What the client may use.
#[derive(Clone, Debug)]
pub struct Access {
    /// Whom the forge knows us as.
    pub token: Token,
    /// How the forge is reached.
    pub connection: Connection,
    /// How long the whole job may take, waits included.
    pub patience: Duration,
}

/// Talks to one forge.
pub struct Client<'c> {
    api: String,
    origin: (String, String, u16),
    token: Token,
    headers: Vec<(&'static str, String)>,
    http: Http,
    patience: Duration,
    clock: &'c dyn Clock,
    permissions: &'static str,
}

/// How many redirects are followed.
const MOST_REDIRECTS: u32 = 5;

/// How long to wait for what a forge says is too much, if it does not say how long: GitHub asks for a minute.
const TOO_MANY: Duration = Duration::from_mins(1);

impl<'c> Client<'c> {
    /// A client for a target. Nothing is sent yet.
    pub fn new(target: &Target, access: &Access, clock: &'c dyn Clock) -> Result<Self, ForgeError> {
        let spoken = super::api::of(target)?;
        let api = target.api.trim_end_matches('/').to_owned();
        let origin = origin(&api).ok_or_else(|| {
            ForgeError::other(format!("`{}` is no address of a forge", access.token.hidden_in(&api)))
                .hint("it is written https://host/path, without a user")
        })?;
        let local = matches!(origin.1.as_str(), "localhost" | "127.0.0.1" | "[::1]");
        if origin.0 == "http" && !local && !access.connection.plain {
            return Err(ForgeError::other(format!("`{api}` has no TLS, so everybody on the way could read the token"))
                .hint("write https://, or allow it with --allow-http"));
        }
        Ok(Self {
            api,
            origin,
            token: access.token.clone(),
            headers: spoken.headers(&access.token),
            http: Http::new(&access.connection)?,
            patience: access.patience,
            clock,
            permissions: spoken.permissions(),
        })
    }

    /// Sends a request, as often as it takes. Gives the answer if it is of a status from 200 to 299.
    pub(super) fn ask(&self, request: &Request) -> Result<Answer, ForgeError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let (error, asked, sent) = match self.follow(request) {
                Ok(answer) if (200..300).contains(&answer.status) => return Ok(answer),
                Ok(answer) => match self.another_time(&answer) {
                    Some((asked, carried_out)) => (self.refusal(request, &answer), asked, carried_out),
                    None => return Err(self.refusal(request, &answer)),
                },
                Err(Fault::NotSent(text)) => (self.no_answer(&text, ErrorKind::Other), None, false),
                Err(Fault::Uncertain(text)) => (self.no_answer(&text, ErrorKind::Uncertain), None, true),
                Err(Fault::Lasting(error)) => return Err(self.hidden(error)),
            };
            if sent && !request.method.is_repeatable() {
                return Err(ForgeError { kind: ErrorKind::Uncertain, ..error });
            }
            self.wait(tries, asked, error)?;
        }
    }

    /// Waits before the next try; the error, if there is to be none.
    pub(super) fn wait(&self, tries: u32, asked: Option<Duration>, error: ForgeError) -> Result<(), ForgeError> {
        let wait = patience::wait(tries, asked, self.clock);
        let left = self.patience.saturating_sub(self.clock.elapsed());
        let error = ForgeError { kind: ErrorKind::Other, ..error };
        if tries >= MOST_TRIES {
            return Err(ForgeError { message: format!("{}, {tries} times", error.message), ..error });
        }
        if wait >= left {
            let message = format!("{}; to try again in {} s is too late", error.message, wait.as_secs().max(1));
            let hint = error.hint.unwrap_or_else(|| "--timeout SECONDS gives it more time".to_owned());
            return Err(ForgeError { message, hint: Some(hint), ..error });
        }
        self.clock.pause(wait);
        Ok(())
    }

    /// One try: sends, and follows redirects that stay on the host.
    fn follow(&self, request: &Request) -> Result<Answer, Fault> {
        let mut url = self.url(&request.path)?;
        let body = request.body.as_ref().map(ToString::to_string);
        for _ in 0..=MOST_REDIRECTS {
            let left = self.patience.saturating_sub(self.clock.elapsed());
            let answer = self.http.exchange(request.method, &url, &self.headers, body.as_deref(), left)?;
            let moved = match answer.status {
                301 | 307 | 308 => true,
                302 | 303 => request.method == Method::Get,
                _ => false,
            };
            if !moved {
                return Ok(answer);
            }
            url = self.moved(answer.header("location").unwrap_or_default())?;
        }
        Err(Fault::Lasting(ForgeError::other(format!("{} only sends from one address to another", self.host()))))
    }

    /// The whole address of what is asked for.
    fn url(&self, path: &str) -> Result<String, Fault> {
        if path.starts_with('/') { Ok(format!("{}{path}", self.api)) } else { self.moved(path) }
    }

    /// Where a redirect or the link to a next page leads. The token goes to no other host, so other hosts are not asked at all.
    fn moved(&self, to: &str) -> Result<String, Fault> {
        if to.starts_with('/') && !to.starts_with("//") {
            let (scheme, host, port) = &self.origin;
            return Ok(format!("{scheme}://{host}:{port}{to}"));
        }
        if origin(to).as_ref() == Some(&self.origin) {
            return Ok(to.to_owned());
        }
        let elsewhere: String = to.split('?').next().unwrap_or_default().chars().take(200).collect();
        let host = self.host();
        let error =
            ForgeError::other(format!("{host} sends elsewhere, to `{elsewhere}`; the token is for {host} alone"))
                .hint("--api URL names the address of the API itself");
        Err(Fault::Lasting(error))
    }

    /// Whether an answer says that it may be another one later: how long to wait, if it says so, and whether the request may have been carried out.
    fn another_time(&self, answer: &Answer) -> Option<(Option<Duration>, bool)> {
        let asked = patience::asked(|name| answer.header(name), self.clock.now());
        match answer.status {
            429 => Some((asked.or(Some(TOO_MANY)), false)),
            // This is how GitHub says it.
            403 if asked.is_some() => Some((asked, false)),
            403 if answer.body.contains("secondary rate limit") => Some((Some(TOO_MANY), false)),
            408 | 500 | 502 | 503 | 504 => Some((asked, true)),
            _ => None,
        }
    }

    fn host(&self) -> &str {
        &self.origin.1
    }

    fn no_answer(&self, text: &str, kind: ErrorKind) -> ForgeError {
        self.hidden(ForgeError::new(kind, format!("{} cannot be reached: {text}", self.host())))
    }

    /// Says why a request was not carried out.
    fn refusal(&self, request: &Request, answer: &Answer) -> ForgeError {
        let host = self.host();
        let what = request.path.split('?').next().unwrap_or_default();
        let said = said(&answer.body).map(|said| format!(": {said}")).unwrap_or_default();
        let status = answer.status;
        let error = match status {
            401 => ForgeError::new(ErrorKind::Denied, format!("{host} does not accept the token{said} (401)"))
                .hint("it may be wrong, or have run out"),
            403 => ForgeError::new(
                ErrorKind::Denied,
                format!("the token may not {} `{what}` on {host}{said} (403)", request.method.as_str()),
            )
            .hint(self.permissions),
            404 => ForgeError::new(ErrorKind::NotFound, format!("there is no `{what}` on {host}{said} (404)")).hint(
                format!("the project or the number is another, or the token may not see it: {}", self.permissions),
            ),
            413 | 422 => ForgeError::other(format!("{host} does not take the comment{said} ({status})"))
                .hint("if it is too long, --max-length BYTES makes it shorter"),
            429 => ForgeError::other(format!("{host} gets too many requests{said} (429)")),
            _ => ForgeError::other(format!("{host} answers with status {status}{said}")),
        };
        self.hidden(error)
    }

    /// An error from which the token is removed, should a forge have repeated it.
    fn hidden(&self, error: ForgeError) -> ForgeError {
        ForgeError { message: self.token.hidden_in(&error.message), ..error }
    }

    /// The JSON of an answer.
    pub(super) fn json(&self, answer: &Answer) -> Result<serde_json::Value, ForgeError> {
        serde_json::from_str(&answer.body).map_err(|error| {
            if error.is_eof() {
                ForgeError::new(ErrorKind::Uncertain, format!("{} breaks off in the middle of its answer", self.host()))
            } else {
                ForgeError::other(format!("{} does not answer as a forge does", self.host()))
                    .hint("--forge says what kind of forge it is, --api URL where its API is")
            }
        })
    }

    /// A text in which the token does not stand.
    pub(super) fn without_token(&self, text: &str) -> String {
        self.token.hidden_in(text)
    }
}

/// What a forge says about an error, in one short line.
fn said(body: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(body).ok()?;
    let text = json.get("message").or_else(|| json.get("error"))?;
    let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
    (!text.is_empty()).then_some(text)
}
