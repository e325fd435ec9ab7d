//! GitLab: comments of a merge request are its notes.
//!
//! Facts: docs.gitlab.com, "Notes API" and "REST API, Pagination". Must not know how requests are sent.

use super::{
    ForgeError, MergeRequest, Token,
    api::{self, Answer, Api, Me, Method, Request},
};

pub(super) struct GitLab {
    project: String,
}

impl GitLab {
    /// The project is a number, or its whole path as one escaped part.
    pub fn new(project: &str) -> Result<Self, ForgeError> {
        if project.is_empty() {
            return Err(ForgeError::other("the project has no name").hint("it is written group/name, or as a number"));
        }
        Ok(Self { project: format!("/projects/{}", api::escaped(project)) })
    }

    fn notes(&self, number: u64) -> String {
        format!("{}/merge_requests/{number}/notes", self.project)
    }

    fn page(&self, number: u64, page: &str) -> Request {
        let notes = self.notes(number);
        Request::get(format!("{notes}?per_page=100&sort=asc&order_by=created_at&page={}", api::escaped(page)))
    }
}

impl Api for GitLab {
    fn headers(&self, token: &Token) -> Vec<(&'static str, String)> {
        vec![("private-token", token.reveal().to_owned()), ("accept", "application/json".to_owned())]
    }

    fn subject(&self, _: u64) -> Option<Request> {
        None
    }

    fn list(&self, number: u64) -> Request {
        self.page(number, "1")
    }

    /// Links may name the address that GitLab has for itself, which need not be the one that we reach it by; the number of the page is enough.
    fn next(&self, asked: &Request, answer: &Answer) -> Option<Request> {
        match answer.header("x-next-page").map(str::trim) {
            Some("") => None,
            Some(page) => {
                let (address, _) = asked.path.rsplit_once("&page=")?;
                Some(Request::get(format!("{address}&page={}", api::escaped(page))))
            }
            None => answer.next_link().map(Request::get),
        }
    }

    fn create(&self, number: u64, text: &str) -> Request {
        Request::text(Method::Post, self.notes(number), text)
    }

    fn update(&self, number: u64, id: u64, text: &str) -> Request {
        Request::text(Method::Put, format!("{}/{id}", self.notes(number)), text)
    }

    fn delete(&self, number: u64, id: u64) -> Request {
        Request::delete(format!("{}/{id}", self.notes(number)))
    }

    fn page_of(&self, number: u64, id: u64) -> Option<String> {
        Some(format!("merge request !{number}, note {id}"))
    }

    fn nameless(&self) -> Me {
        Me::Unknown
    }

    fn open(&self, _: &MergeRequest) -> Option<Request> {
        None
    }

    fn permissions(&self) -> &'static str {
        "it is that of a project, a group or a person, of scope `api` and role Reporter or above; the token of a job cannot comment"
    }
}
