//! A request that is held on its way to the table, while a test does something else.

use serde_json::Value;
use tokio::sync::watch;

/// Which request is to be held: by operation, as in `Query`, and body.
pub(super) type Which = Box<dyn Fn(&str, &Value) -> bool + Send>;

/// At the wire: the next such request is held, and none after it.
pub(super) struct Hold {
    which: Which,
    reached: watch::Sender<bool>,
    released: watch::Receiver<bool>,
}

/// In the test. When this is dropped, the request goes on too.
pub(crate) struct Held {
    reached: watch::Receiver<bool>,
    released: watch::Sender<bool>,
}

impl Hold {
    pub(super) fn next(which: Which) -> (Self, Held) {
        let (reached, is_reached) = watch::channel(false);
        let (release, released) = watch::channel(false);
        (Self { which, reached, released }, Held { reached: is_reached, released: release })
    }

    pub(super) fn is_for(&self, operation: &str, request: &Value) -> bool {
        (self.which)(operation, request)
    }

    /// The request is here: until it may go on.
    pub(super) async fn hold(mut self) {
        self.reached.send_replace(true);
        // An error: nobody is there any more to release it.
        let _released = self.released.wait_for(|released| *released).await;
    }
}

impl Held {
    /// Until the request has come.
    pub(crate) async fn reached(&self) {
        self.reached.clone().wait_for(|reached| *reached).await.expect("the wire is gone");
    }

    /// Lets the request go on.
    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }
}
