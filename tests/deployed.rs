//! The stack that `make deploy-local` deployed, used through its API Gateway. `make e2e-deployed` runs these.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{
    journey::{Place, client::Client, everything},
    support::template::project_file,
};

/// What the deployment left word of.
struct Deployed {
    client: Client,
    catalog: String,
}

impl Deployed {
    fn find() -> Self {
        let path = project_file(".rehearsal/state.json");
        let state = fs::read_to_string(path).expect("nothing is deployed; `make deploy-local` does that");
        let state: Value = serde_json::from_str(&state).unwrap();
        let url = state["outputs"]["ApiUrl"].as_str().unwrap();
        let (host, port) = url.trim_start_matches("http://").split_once(':').unwrap();
        let client = Client::at(host, port.trim_end_matches('/').parse().unwrap()).among_others();
        Self { client, catalog: state["upstreams"].as_str().unwrap().to_owned() }
    }
}

impl Place for Deployed {
    fn client(&self) -> &Client {
        &self.client
    }

    fn catalog(&self) -> &str {
        &self.catalog
    }

    async fn make_admin(&self, email: &str) {
        let mut make = Command::new("make");
        make.args(["--silent", "admin-deployed", &format!("EMAIL={email}")]).current_dir(project_file(""));
        let made = make.output().unwrap();
        assert!(made.status.success(), "{made:?}");
    }
}

#[tokio::test]
async fn clients_find_deployed_what_they_find_anywhere() {
    everything(&Deployed::find()).await;
}
