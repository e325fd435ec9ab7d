//! Gitea and Forgejo: comments of a pull request are comments of the issue of the same index.
//!
//! Facts: the Swagger description of Gitea 1.26, "issue" and "repository"; Forgejo 12 has the same. All comments come in one answer there, without pages; should a version
//! have pages, its links are followed. The comments of what is missing are answered with 500 there, as if the forge had failed. Must not know how requests are sent.

use super::{
    ForgeError, MergeRequest, Token,
    api::{self, Answer, Api, Me, Method, Request},
};

pub(super) struct Gitea {
    repository: String,
}

impl Gitea {
    pub fn new(project: &str) -> Result<Self, ForgeError> {
        Ok(Self { repository: format!("/repos/{}", api::owner_and_name(project)?) })
    }
}

impl Api for Gitea {
    fn headers(&self, token: &Token) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("token {}", token.reveal())), ("accept", "application/json".to_owned())]
    }

    fn subject(&self, number: u64) -> Option<Request> {
        Some(Request::get(format!("{}/issues/{number}", self.repository)))
    }

    fn list(&self, number: u64) -> Request {
        Request::get(format!("{}/issues/{number}/comments", self.repository))
    }

    fn next(&self, _: &Request, answer: &Answer) -> Option<Request> {
        answer.next_link().map(Request::get)
    }

    fn create(&self, number: u64, text: &str) -> Request {
        Request::text(Method::Post, format!("{}/issues/{number}/comments", self.repository), text)
    }

    fn update(&self, _: u64, id: u64, text: &str) -> Request {
        Request::text(Method::Patch, format!("{}/issues/comments/{id}", self.repository), text)
    }

    fn delete(&self, _: u64, id: u64) -> Request {
        Request::delete(format!("{}/issues/comments/{id}", self.repository))
    }

    fn page_of(&self, _: u64, _: u64) -> Option<String> {
        None
    }

    fn nameless(&self) -> Me {
        Me::Unknown
    }

    fn open(&self, request: &MergeRequest) -> Option<Request> {
        matches!(request, MergeRequest::Head { .. })
            .then(|| Request::get(format!("{}/pulls?state=open&limit=50", self.repository)))
    }

    fn permissions(&self) -> &'static str {
        "it needs the scopes `write:issue` and `read:user`, and its owner must be able to write to the repository's pull requests"
    }
}
