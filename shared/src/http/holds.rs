/// Declares what a function holds: its parts, each built once during init from the environment. The declaration is the
/// whole of what the function can reach, so that a reader (and a reviewer of least privilege) sees it at a glance.
///
/// ```
/// shared::holds! {
///     /// The user's own profile.
///     pub struct Me { http: shared::http::Http, authenticator: shared::http::Authenticator }
/// }
/// ```
#[macro_export]
macro_rules! holds {
    ($(#[$doc:meta])* $visibility:vis struct $name:ident { $($part:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone)]
        #[allow(missing_docs, reason = "each part is named for what it is")]
        $visibility struct $name {
            $(pub $part: $type,)*
        }

        impl $crate::boot::FromEnvironment for $name {
            async fn from_environment(
                environment: &$crate::boot::Environment,
            ) -> ::std::result::Result<Self, $crate::boot::Error> {
                Ok(Self { $($part: <$type as $crate::boot::FromEnvironment>::from_environment(environment).await?,)* })
            }
        }

        // So that extractors find the part they need: `CurrentUser` asks for an `Authenticator`.
        $(impl $crate::http::FromRef<$name> for $type {
            fn from_ref(parts: &$name) -> Self {
                parts.$part.clone()
            }
        })*
    };
}
