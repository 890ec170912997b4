//! Password strength, estimated by zxcvbn:
//! <https://www.usenix.org/conference/usenixsecurity16/technical-sessions/presentation/wheeler>.

use zxcvbn::{Score, zxcvbn};

use crate::domain::{Email, Invalid, Password};

/// The minimum score. A password with a lower score can be guessed with fewer than a million
/// attempts.
const MIN_SCORE: Score = Score::Two;

/// The number of characters that are checked. The runtime of zxcvbn grows faster than the square of
/// the length: 128 chosen characters take half a second. A guessable password of this length is
/// already guessable by its beginning.
const MAX_CHECKED_CHARS: usize = 40;

/// Rejects a password that is too easy to guess for an attacker who knows the e-mail address of the
/// account.
///
/// # Errors
/// The reason, as advice for a better password.
pub fn check(password: &Password, email: Option<&Email>) -> Result<(), Invalid> {
    let email = email.map_or("", Email::as_str);
    // The parts too: the name in an address is reused more often than the whole address.
    let mut context = vec![email];
    context.extend(email.split(['@', '.', '+', '-', '_']).filter(|part| part.len() > 2));
    let beginning: String = password.as_str().chars().take(MAX_CHECKED_CHARS).collect();
    let estimate = zxcvbn(&beginning, &context);
    if estimate.score() >= MIN_SCORE {
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
    fn common_passwords_are_rejected_with_a_reason() {
        for password in ["password", "12345678", "qwertyuiop", "aaaaaaaaaaaa"] {
            let invalid = check(password, "ada@example.com").unwrap_err();
            assert_eq!(invalid.code, "too_guessable");
            assert!(invalid.message.len() > "is too easy to guess: ".len(), "{}", invalid.message);
        }
    }

    #[test]
    fn the_own_email_address_is_rejected() {
        assert!(check("quetzalcoatl.zyx@example.com", "quetzalcoatl.zyx@example.com").is_err());
        assert!(check("wolframite", "wolframite@example.com").is_err());
        assert!(check("wolframite", "ada@example.com").is_ok());
    }

    #[test]
    fn a_password_chosen_to_be_slow_to_check_is_checked_quickly() {
        let slow = "4@8({[</369&#!1/|0$5+7%2".repeat(5);
        let started = Instant::now();
        let _strong_or_not = check(&slow, "ada@example.com");
        assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    }

    #[test]
    fn a_passphrase_is_accepted() {
        assert_eq!(check("correct horse battery staple", "ada@example.com"), Ok(()));
        assert_eq!(check("žluťoučký kůň úpěl", "ada@example.com"), Ok(()));
    }
}
