//! Every command a key, a click or the palette can give, with its help line and default keys: the one
//! list that the keymap, the help screen, the palette and the hints on the last line are made from.
//!
//! Keys are written as text (`j`, `Ctrl-d`, `S-Tab`, `Alt-Left`, `z a`); what they are on a keyboard is
//! the runtime's matter.

/// Where a key counts. A pane's key wins over [`Scope::Everywhere`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In every screen, when nothing nearer takes the key.
    Everywhere,
    /// In the library: list and preview.
    Library,
    /// In the facet pane of the library.
    Facets,
    /// In a picker: letters narrow it.
    Picker,
    /// In a line of text that is being edited.
    Line,
    /// In the line of what is to be found in an article.
    Find,
    /// In the reader.
    Reader,
    /// In the contents of the reader.
    Contents,
    /// In the reader, after `z`.
    Folds,
    /// In the reader, while a link is lit.
    Links,
    /// In the reader, while letters choose what to follow.
    Labels,
    /// In the question before an address is opened.
    Prompt,
    /// In the reader, while text is selected.
    Select,
}

impl Scope {
    /// The heading over its keys in the help.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Library => "Library",
            Self::Facets => "Facets",
            Self::Picker => "Pickers",
            Self::Line => "While typing",
            Self::Find => "While finding",
            Self::Reader => "Reader",
            Self::Contents => "Contents",
            Self::Folds => "Reader, after z",
            Self::Links => "Reader, after f",
            Self::Labels => "Labels of links",
            Self::Prompt => "Before an address is opened",
            Self::Select => "Reader, after v",
        }
    }

    /// Whether printable keys are text here and reach no command.
    pub const fn takes_text(self) -> bool {
        matches!(self, Self::Picker | Self::Line | Self::Find | Self::Labels)
    }
}

/// What is known of one command.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The command.
    pub command: Command,
    /// Where its keys count.
    pub scope: Scope,
    /// Its name in the palette and in settings.
    pub name: &'static str,
    /// Its help line.
    pub help: &'static str,
    /// Its default keys.
    pub keys: &'static [&'static str],
}

macro_rules! commands {
    ($($scope:ident { $(#[doc = $help:literal] $command:ident $name:literal [$($key:literal)*])* })*) => {
        /// A command. Its doc comment is its help line.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Command { $($(#[doc = $help] $command,)*)* }

        /// Every command, in the order of the help.
        pub const COMMANDS: &[About] = &[$($(About {
            command: Command::$command,
            scope: Scope::$scope,
            name: $name,
            help: $help,
            keys: &[$($key),*],
        },)*)*];
    };
}

commands! {
    Everywhere {
        /// One line down
        Down "down" ["j" "Down"]
        /// One line up
        Up "up" ["k" "Up"]
        /// Half a page down
        HalfPageDown "half-page-down" ["d" "Ctrl-d"]
        /// Half a page up
        HalfPageUp "half-page-up" ["u" "Ctrl-u"]
        /// One page down
        PageDown "page-down" ["Space" "PgDn"]
        /// One page up
        PageUp "page-up" ["b" "PgUp"]
        /// To the beginning
        Top "top" ["g" "Home"]
        /// To the end
        Bottom "bottom" ["G" "End"]
        /// To the next pane
        NextPane "next-pane" ["Tab"]
        /// To the previous pane
        PreviousPane "previous-pane" ["S-Tab"]
        /// One step back
        Back "back" ["Esc"]
        /// Back, then quit
        Close "close" ["q"]
        /// Quit
        Quit "quit" ["Q" "Ctrl-c"]
        /// All keys
        Help "help" ["?"]
        /// Any command by name
        Palette "commands" [":"]
        /// Paint the screen anew
        Repaint "repaint" ["Ctrl-l"]
        /// Suspend to the shell
        Suspend "suspend" ["Ctrl-z"]
        /// Switch between dark and light
        Theme "theme" ["T"]
        /// Undo the last mark
        Undo "undo" ["U"]
    }
    Library {
        /// Read the article
        Open "read" ["Enter" "l" "Right"]
        /// Search for words
        Search "search" ["/"]
        /// Pick tags
        Tags "tags" ["t"]
        /// Pick dates
        Dates "dates" ["D"]
        /// Edit the query line
        EditQuery "edit-query" ["F"]
        /// Clear the query
        ClearQuery "clear-query" ["x"]
        /// Sort by the next key
        Sort "sort" ["s"]
        /// Reverse the order
        ReverseSort "reverse-order" ["S"]
        /// Show what is there several times each time, or once
        EachCopy "each-copy" ["c"]
        /// Mark as read or unread
        ToggleRead "read-unread" ["r"]
        /// Star, or take the star away
        ToggleStar "star" ["m"]
        /// Give the article, or all that are kept, a label of your own
        Label "label" ["+"]
        /// Articles that were read lately
        Recent "recent" ["H"]
        /// All articles, or the unread ones only
        UnreadOnly "unread-only" ["a"]
        /// Pick front-matter keys that count as facets
        FacetKeys "facet-keys" ["f"]
        /// Saved views, with the keys that bring them up
        Views "views" ["V"]
        /// The saved view with this key
        View1 "view-1" ["1"]
        /// The saved view with the key 2
        View2 "view-2" ["2"]
        /// The saved view with the key 3
        View3 "view-3" ["3"]
        /// The saved view with the key 4
        View4 "view-4" ["4"]
        /// The saved view with the key 5
        View5 "view-5" ["5"]
        /// The saved view with the key 6
        View6 "view-6" ["6"]
        /// The saved view with the key 7
        View7 "view-7" ["7"]
        /// The saved view with the key 8
        View8 "view-8" ["8"]
        /// The saved view with the key 9
        View9 "view-9" ["9"]
    }
    Facets {
        /// Include or release the value
        FacetInclude "include" ["Space"]
        /// Exclude or release the value
        FacetExclude "exclude" ["-"]
        /// Keep this one or those that are included; of dates, all as far as here
        FacetAny "any-of" ["|"]
        /// Next month of the year
        FacetNext "next-month" ["l" "Right"]
        /// Previous month, or the whole year
        FacetPrevious "previous-month" ["h" "Left"]
        /// Keep only this value
        FacetOnly "only-this" ["Enter"]
    }
    Picker {
        /// Include or release
        PickerInclude "picker-include" ["Tab"]
        /// Exclude or release
        PickerExclude "picker-exclude" ["S-Tab"]
        /// Keep this one or those that are included
        PickerAny "picker-any" ["Ctrl-o"]
        /// Keep only this one and close
        PickerOnly "picker-only" ["Enter"]
        /// Done
        PickerDone "picker-done" ["Esc"]
        /// Next line
        PickerDown "picker-down" ["Down" "Ctrl-n"]
        /// Previous line
        PickerUp "picker-up" ["Up" "Ctrl-p"]
        /// Next value in the line
        PickerRight "picker-right" ["Right"]
        /// Previous value in the line
        PickerLeft "picker-left" ["Left"]
        /// One page of lines down
        PickerPageDown "picker-page-down" ["PgDn"]
        /// One page of lines up
        PickerPageUp "picker-page-up" ["PgUp"]
        /// The first line
        PickerTop "picker-top" ["Home"]
        /// The last line
        PickerBottom "picker-bottom" ["End"]
    }
    Line {
        /// Take the line
        LineAccept "line-accept" ["Enter"]
        /// Leave the line as it was
        LineCancel "line-cancel" ["Esc"]
        /// Complete the word
        LineComplete "line-complete" ["Tab"]
    }
    Find {
        /// Find an expression, or words again
        FindRegex "find-regex" ["Alt-r"]
    }
    Reader {
        /// Show, focus or hide the contents
        Contents "contents" ["o"]
        /// Next heading
        NextHeading "next-heading" ["]"]
        /// Previous heading
        PreviousHeading "previous-heading" ["["]
        /// Next heading of the same level
        NextSibling "next-sibling" ["}"]
        /// Previous heading of the same level
        PreviousSibling "previous-sibling" ["{"]
        /// Next article of the list
        NextArticle "next-article" ["J"]
        /// Previous article of the list
        PreviousArticle "previous-article" ["K"]
        /// Jump to the heading
        Jump "jump" ["Enter"]
        /// Follow a link, footnote, image or heading by its letters
        Hints "hints" ["f"]
        /// Find in the article
        Find "find" ["/"]
        /// Next match
        NextMatch "next-match" ["n"]
        /// Previous match
        PreviousMatch "previous-match" ["N"]
        /// Fold: z a here, z M all, z R opens all
        FoldKeys "fold" ["z"]
        /// Copy the code in sight
        CopyCode "copy-code" ["y"]
        /// Copy a reference to the section
        CopyReference "copy-reference" ["Y"]
        /// Edit the file at this line
        Editor "editor" ["e"]
        /// Open the article's own address
        OpenAddress "open-address" ["O"]
        /// Links and backlinks of the article
        LinksOf "links" ["L"]
        /// Related articles
        RelatedTo "related" ["="]
        /// Back to before the last jump
        JumpBack "jump-back" ["Backspace" "Alt-Left"]
        /// Forward again
        JumpForward "jump-forward" ["Alt-Right"]
        /// Move wide text to the left
        PanRight "pan-right" ["l" "Right"]
        /// Move wide text to the right
        PanLeft "pan-left" ["h" "Left"]
        /// Undo moving wide text
        Unpan "unpan" ["0"]
        /// Wider text
        MeasureWider "measure-wider" ["+"]
        /// Narrower text
        MeasureNarrower "measure-narrower" ["-"]
        /// Nothing but the text
        Zen "zen" ["Z"]
        /// All metadata
        Metadata "metadata" ["i"]
        /// Read the file again
        Reload "reload" ["R"]
        /// Pick tags for the list
        ReaderTags "reader-tags" ["t"]
        /// Select text
        Select "select" ["v"]
        /// Set a bookmark
        SetBookmark "set-bookmark" ["M"]
        /// Bookmarks and notes of the article
        Bookmarks "bookmarks" ["'"]
        /// Articles that were read lately
        ReaderRecent "reader-recent" ["H"]
        /// Mark as read or unread
        ReaderToggleRead "reader-read-unread" ["r"]
        /// Star, or take the star away
        ReaderToggleStar "reader-star" ["m"]
    }
    Contents {
        /// Fold or open the entry
        ContentsToggle "toggle-entry" ["Space"]
        /// Fold the entry, or the one around it
        ContentsFold "fold-entry" ["h" "Left"]
        /// Open the entry
        ContentsOpen "open-entry" ["l" "Right"]
        /// Pick a heading by its letters
        ContentsFilter "filter-contents" ["/"]
    }
    Folds {
        /// Fold or open the callout or section
        FoldToggle "fold-toggle" ["a"]
        /// Fold all callouts and sections
        FoldAll "fold-all" ["M"]
        /// Open all that is folded
        UnfoldAll "unfold-all" ["R"]
    }
    Prompt {
        /// Open the address
        PromptOpen "open-it" ["Enter"]
        /// Copy the address
        PromptCopy "copy-it" ["y"]
        /// Leave it
        PromptCancel "cancel" ["Esc"]
    }
    Select {
        /// Select one line more
        SelectLineDown "select-line-down" ["j" "Down"]
        /// Select one line less
        SelectLineUp "select-line-up" ["k" "Up"]
        /// Select one sentence more
        SelectSentence "select-sentence" ["s"]
        /// Select one sentence less
        SelectSentenceBack "select-sentence-back" ["S"]
        /// Select one paragraph more
        SelectParagraph "select-paragraph" ["}"]
        /// Select one paragraph less
        SelectParagraphBack "select-paragraph-back" ["{"]
        /// Move the other end
        SelectSwap "select-swap" ["o"]
        /// Keep as a highlight
        SelectKeep "highlight" ["h"]
        /// Keep with a note
        SelectNote "note" ["n"]
        /// Copy the text
        SelectCopy "select-copy" ["y"]
        /// Leave the selection
        SelectLeave "select-leave" ["Esc" "v"]
    }
    Links {
        /// Light the next link
        LinkNext "next-link" ["Tab"]
        /// Light the previous link
        LinkPrevious "previous-link" ["S-Tab"]
        /// Follow the link
        LinkFollow "follow-link" ["Enter"]
        /// Leave the links
        LinkLeave "leave-links" ["Esc"]
    }
}

impl Command {
    /// What is known of it.
    pub fn about(self) -> &'static About {
        // Every command stands in the list, because both come from one macro; the first entry only
        // satisfies the type.
        COMMANDS.iter().find(|about| about.command == self).unwrap_or(&COMMANDS[0])
    }

    /// The key of the saved view that it brings up.
    pub const fn view(self) -> Option<u8> {
        Some(match self {
            Self::View1 => 1,
            Self::View2 => 2,
            Self::View3 => 3,
            Self::View4 => 4,
            Self::View5 => 5,
            Self::View6 => 6,
            Self::View7 => 7,
            Self::View8 => 8,
            Self::View9 => 9,
            _ => return None,
        })
    }

    /// How far a move goes, in lines of a pane that turns `page` lines at a time; down is positive. `None`
    /// for what is no move.
    pub fn lines(self, page: isize) -> Option<isize> {
        let page = page.max(1);
        Some(match self {
            Self::Down => 1,
            Self::Up => -1,
            Self::HalfPageDown => (page / 2).max(1),
            Self::HalfPageUp => -(page / 2).max(1),
            Self::PageDown => page,
            Self::PageUp => -page,
            Self::Top => isize::MIN / 2,
            Self::Bottom => isize::MAX / 2,
            _ => return None,
        })
    }
}
