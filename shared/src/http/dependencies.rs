/// Declares the dependencies of a function, each built once during init from the environment.
///
/// A function can reach nothing else, so the declaration shows which permissions and secrets it
/// needs. The struct is axum's state: an extractor finds its own dependency in it, such as
/// `CurrentUser` its `Authenticator`.
///
/// ```
/// shared::dependencies! {
///     /// The user's own profile.
///     pub struct Me {
///         settings: shared::http::HttpSettings,
///         authenticator: shared::http::Authenticator,
///     }
/// }
/// ```
#[macro_export]
macro_rules! dependencies {
    ($(#[$doc:meta])* $visibility:vis struct $name:ident { $($dependency:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone)]
        #[allow(missing_docs, reason = "each field is named for its type")]
        $visibility struct $name {
            $(pub $dependency: $type,)*
        }

        impl $crate::boot::FromEnvironment for $name {
            fn from_environment(environment: &$crate::boot::Environment) -> $crate::boot::Build<'_, Self> {
                ::std::boxed::Box::pin(async move {
                    ::std::result::Result::Ok(Self { $($dependency: environment.build().await?,)* })
                })
            }
        }

        $(impl $crate::http::FromRef<$name> for $type {
            fn from_ref(dependencies: &$name) -> Self {
                dependencies.$dependency.clone()
            }
        })*
    };
}
