//! What the forges have in common: how comments of a merge request are listed, made, changed and deleted.
//!
//! Must not know any particular forge, nor how requests are sent.

use serde_json::Value as Json;

use super::{ForgeError, Kind, MergeRequest, Target, Token, gitea::Gitea, github::GitHub, gitlab::GitLab};

/// What is done to what an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether doing it twice is the same as doing it once, so that it may be tried again when nobody can tell whether it was done.
    pub fn is_repeatable(self) -> bool {
        self != Self::Post
    }
}

/// One request to a forge.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub method: Method,
    /// From the address of the API on, with a slash first; or a whole address.
    pub path: String,
    pub body: Option<Json>,
}

impl Request {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::Get, path: path.into(), body: None }
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Self { method: Method::Delete, path: path.into(), body: None }
    }

    /// Sends the text of a comment, which all forges take in the same form.
    pub fn text(method: Method, path: impl Into<String>, text: &str) -> Self {
        Self { method, path: path.into(), body: Some(serde_json::json!({ "body": text })) }
    }
}

/// What a forge answered.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The next page of a list, as RFC 8288 has it: `Link: <https://…?page=2>; rel="next"`.
    pub fn next_link(&self) -> Option<String> {
        let links = self.header("link")?;
        links.split(',').find_map(|link| {
            let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
            let is_next = |parameter: &str| matches!(parameter.trim(), "rel=\"next\"" | "rel=next");
            parameters.split(';').any(is_next).then(|| address.to_owned())
        })
    }
}

/// A comment that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Existing {
    pub id: u64,
    /// Who wrote it; `None` if the forge does not say.
    pub author: Option<String>,
    /// Whether the forge says that a program wrote it.
    pub by_bot: bool,
    pub body: String,
    /// Where people see it.
    pub url: Option<String>,
}

/// Whom a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Me {
    /// The account of this name.
    Named(String),
    /// Some program; the forge does not say which.
    Bot,
    /// Nobody says.
    Unknown,
}

impl Me {
    /// Whether a comment can be ours.
    pub fn wrote(&self, comment: &Existing) -> bool {
        match self {
            Self::Named(name) => comment.author.as_ref().is_some_and(|author| author.eq_ignore_ascii_case(name)),
            Self::Bot => comment.by_bot,
            Self::Unknown => true,
        }
    }
}

/// One forge's API, as requests and the reading of answers.
pub(super) trait Api {
    /// The headers of every request, the one with the token among them.
    fn headers(&self, token: &Token) -> Vec<(&'static str, String)>;
    /// What is asked for before the comments, where a forge would not say that the merge request itself is missing.
    fn subject(&self, number: u64) -> Option<Request>;
    /// The first page of the comments, the oldest first.
    fn list(&self, number: u64) -> Request;
    /// The page behind this one.
    fn next(&self, asked: &Request, answer: &Answer) -> Option<Request>;
    /// Makes a comment.
    fn create(&self, number: u64, text: &str) -> Request;
    /// Changes a comment.
    fn update(&self, number: u64, id: u64, text: &str) -> Request;
    /// Deletes a comment.
    fn delete(&self, number: u64, id: u64) -> Request;
    /// Where people see a comment; `None` if the forge says it itself.
    fn page_of(&self, number: u64, id: u64) -> Option<String>;
    /// Whom a token belongs to that may not ask.
    fn nameless(&self) -> Me;
    /// The open merge requests in which one with this head is.
    fn open(&self, request: &MergeRequest) -> Option<Request>;
    /// What a token must be allowed, for people.
    fn permissions(&self) -> &'static str;
}

/// The API that is spoken at a target.
pub(super) fn of(target: &Target) -> Result<Box<dyn Api>, ForgeError> {
    Ok(match target.kind {
        Kind::GitHub => Box::new(GitHub::new(&target.project)?),
        Kind::GitLab => Box::new(GitLab::new(&target.project)?),
        Kind::Gitea => Box::new(Gitea::new(&target.project)?),
    })
}

/// A comment as forges write one: GitHub and Gitea have `user`, GitLab has `author`.
pub(super) fn comment(json: &Json) -> Option<Existing> {
    let author = json.get("user").or_else(|| json.get("author"));
    let named = |user: &Json| user.get("login").or_else(|| user.get("username"))?.as_str().map(str::to_owned);
    Some(Existing {
        id: json.get("id")?.as_u64()?,
        author: author.and_then(named),
        by_bot: author.and_then(|user| user.get("type")).is_some_and(|kind| kind == "Bot"),
        body: json.get("body")?.as_str()?.to_owned(),
        url: json.get("html_url").and_then(Json::as_str).map(str::to_owned),
    })
}

/// `owner/name` as it stands in a path.
pub(super) fn owner_and_name(project: &str) -> Result<String, ForgeError> {
    match project.split('/').collect::<Vec<_>>().as_slice() {
        [owner, name] if !owner.is_empty() && !name.is_empty() => Ok(format!("{}/{}", escaped(owner), escaped(name))),
        _ => Err(ForgeError::other(format!("`{project}` is no repository")).hint("it is written owner/name")),
    }
}

/// A text as one part of a path, or of a query.
pub(super) fn escaped(text: &str) -> String {
    // Everything but what RFC 3986 lets stand everywhere.
    const REST: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(text, REST).to_string()
}
