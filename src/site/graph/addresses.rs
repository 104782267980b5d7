//! The addresses that a page's links lead to. Pure.

/// The addresses of a page's links, in their order. They lie in one text: a large site has a hundred thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    text: String,
    /// Where in the text each ends.
    ends: Vec<usize>,
}

impl Addresses {
    /// Room for so many addresses, of so many bytes together.
    pub(super) fn with_capacity(addresses: usize, bytes: usize) -> Addresses {
        Addresses { text: String::with_capacity(bytes), ends: Vec::with_capacity(addresses) }
    }

    /// Where the next address is written.
    pub(super) fn next(&mut self) -> &mut String {
        &mut self.text
    }

    /// Ends the address that was written last.
    pub(super) fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    /// One of them.
    pub fn get(&self, link: usize) -> Option<&str> {
        let start = if link == 0 { 0 } else { *self.ends.get(link - 1)? };
        self.text.get(start..*self.ends.get(link)?)
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| &self.text[std::mem::replace(&mut start, *end)..*end])
    }

    /// All of them as one text, and where in it each ends.
    pub fn parts(&self) -> (&str, &[usize]) {
        (&self.text, &self.ends)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_is_found_by_its_number() {
        let mut addresses = Addresses::with_capacity(3, 16);
        for address in ["/day/", "", "/night/#b"] {
            addresses.next().push_str(address);
            addresses.end();
        }
        assert_eq!(addresses.iter().collect::<Vec<&str>>(), ["/day/", "", "/night/#b"]);
        assert_eq!([0, 1, 2, 3].map(|link| addresses.get(link)), [Some("/day/"), Some(""), Some("/night/#b"), None]);
        assert_eq!((addresses.is_empty(), Addresses::default().get(0)), (false, None));
    }
}
