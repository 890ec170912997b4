//! How easy a password is to guess, by zxcvbn (<https://www.usenix.org/conference/usenixsecurity16/technical-sessions/presentation/wheeler>).

use zxcvbn::{Score, zxcvbn};

use crate::domain::{Email, Invalid, Password};

/// Below this score a password falls to fewer than a million guesses.
const LEAST: Score = Score::Two;

/// How much of a password is looked at. What zxcvbn does grows faster than the square of the length: 128 characters made for
/// it take half a second. What is as long as this and guessable is so in its beginning.
const LOOKED_AT: usize = 40;

/// Refuses a password that is too easy to guess, for somebody who knows the account's address.
///
/// # Errors
/// The reason, in words that help to choose a better one.
pub fn check(password: &Password, email: Option<&Email>) -> Result<(), Invalid> {
    let email = email.map_or("", Email::as_str);
    // The parts too: an address is rarely reused whole, its name often.
    let mut context = vec![email];
    context.extend(email.split(['@', '.', '+', '-', '_']).filter(|part| part.len() > 2));
    let beginning: String = password.as_str().chars().take(LOOKED_AT).collect();
    let estimate = zxcvbn(&beginning, &context);
    if estimate.score() >= LEAST {
        return Ok(());
    }
    let reason = estimate.feedback().and_then(|feedback| {
        feedback
            .warning()
            .map(|warning| warning.to_string())
            .or_else(|| feedback.suggestions().first().map(ToString::to_string))
    });
    let reason = reason.unwrap_or_else(|| "Add another word or two. Uncommon words are better.".to_owned());
    Err(Invalid::new("too_guessable", format!("is too easy to guess: {reason}")))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn check(password: &str, email: &str) -> Result<(), Invalid> {
        super::check(&Password::parse(password).unwrap(), Some(&Email::parse(email).unwrap()))
    }

    #[test]
    fn common_passwords_are_refused_with_a_reason() {
        for password in ["password", "12345678", "qwertyuiop", "aaaaaaaaaaaa"] {
            let invalid = check(password, "ada@example.com").unwrap_err();
            assert_eq!(invalid.code, "too_guessable");
            assert!(invalid.message.len() > "is too easy to guess: ".len(), "{}", invalid.message);
        }
    }

    #[test]
    fn ones_own_address_is_no_password() {
        assert!(check("quetzalcoatl.zyx@example.com", "quetzalcoatl.zyx@example.com").is_err());
        assert!(check("wolframite", "wolframite@example.com").is_err());
        assert!(check("wolframite", "ada@example.com").is_ok());
    }

    #[test]
    fn a_password_made_to_be_slow_to_judge_is_judged_quickly() {
        let slow = "4@8({[</369&#!1/|0$5+7%2".repeat(5);
        let started = Instant::now();
        let _strong_or_not = check(&slow, "ada@example.com");
        assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    }

    #[test]
    fn a_phrase_is_accepted() {
        assert_eq!(check("correct horse battery staple", "ada@example.com"), Ok(()));
        assert_eq!(check("žluťoučký kůň úpěl", "ada@example.com"), Ok(()));
    }
}
