using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Tests.Journals;

public sealed class JournalTests : IDisposable
{
    internal static readonly JournalHeader Header = new("demo", "abcd1234", "1");

    readonly TempFolder _folder = new();
    readonly HandClock _clock = new();

    public void Dispose() => _folder.Dispose();

    string File => _folder[Journal.FileName];

    Journal Open(JournalHeader? header = null) => Journal.Open(_folder.Path, header ?? Header, _clock);

    JournalContent Read() => Journal.Read(_folder.Path, Header);

    static string Text(CellResult? result) => JsonSerializer.Serialize(result, ResultJson.Options);

    internal static CellResult Rich(string id) => new(
        new(id),
        CellStatus.Done,
        ImmutableSortedDictionary<string, Measurement>.Empty
            .Add(Metric.RobustAccuracy, Measurement.Rate(2, 3))
            .Add("certified_radius", new(double.PositiveInfinity))
            .Add("loss", new(double.NaN))
            .Add("tiny", new(double.Epsilon))
            .Add("tenth", new(0.1)),
        OutcomeBits.From([true, false, true, true, true, true, true, false, true]),
        [[3, 0], [1, 2]],
        1.5, 2, Make.Here);

    [Fact]
    public void A_result_comes_back_as_it_was_written()
    {
        using (var journal = Open()) journal.Append(Rich("a"));
        var back = Assert.Single(Read().Results);
        Assert.Equal(Text(Rich("a")), Text(back));
        Assert.Equal(double.PositiveInfinity, back.Measurements["certified_radius"].Value);
        Assert.True(double.IsNaN(back.Measurements["loss"].Value));
        Assert.Equal(2, back.Measurements[Metric.RobustAccuracy].Successes);
        Assert.Equal(Rich("a").Outcomes, back.Outcomes);
        Assert.Equal([1, 2], back.Confusion!.Value[1]);
        Assert.Equal(Make.Here, back.Provenance);
    }

    [Fact]
    public void The_file_is_a_header_and_one_line_a_cell()
    {
        using (var journal = Open())
        {
            journal.Append(Make.Done("a", (Metric.CleanAccuracy, Measurement.Rate(1, 2))));
            journal.Append(CellResult.Failed(new("b"), FailureKind.Experiment, "two\nlines, +", 0.5, 3, Make.Here));
        }

        const string Accuracy = """{"clean_accuracy":{"value":0.5,"count":2,"successes":1}}""",
            Bits = "\"outcomes\":null,\"confusion\":null",
            Here = """{"version":"1","device":"cpu","instruction_set":"avx2","commit":"0123abc","host":"host"}""",
            Failed = """
                "error":"two\nlines, +","failure":"experiment"
                """;
        Assert.Equal(
            Summed($$"""
            {"format":1,"sweep":"demo","plan":"abcd1234","version":"1"}
            {"cell":"a","status":"done","measurements":{{Accuracy}},{{Bits}},"seconds":0.25,"attempts":1,"provenance":{{Here}},"error":null}
            {"cell":"b","status":"failed","measurements":{},{{Bits}},"seconds":0.5,"attempts":3,"provenance":{{Here}},{{Failed}}}

            """.ReplaceLineEndings("\n")),
            System.IO.File.ReadAllText(File));
    }

    // The checksum, by the book: SHA-256 of all that stands before it.
    static string Summed(string lines) => string.Concat(lines.TrimEnd('\n').Split('\n').Select(line =>
        $"{line[..^1]},\"sum\":\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line[..^1])))[..8]}\"}}\n"));

    [Fact]
    public void Cut_at_any_byte_it_holds_exactly_the_whole_lines_before_and_can_be_continued()
    {
        using (var journal = Open())
        {
            journal.Append(Rich("a"));
            journal.Append(CellResult.Failed(new("b"), FailureKind.Experiment, "loss is NaN at step 40", 0.5, 1, Make.Here));
            journal.Append(Make.Done("c"));
        }
        var whole = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length <= whole.Length; length++)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            var lines = whole.AsSpan(0, length).Count((byte)'\n');
            string[] expected = [.. new[] { "a", "b", "c" }.Take(Math.Max(0, lines - 1))];
            Assert.Equal(expected, Read().Results.Select(r => r.Cell.Value));
            if (length % 13 != 0 && length < whole.Length - 2) continue;
            using (var journal = Open())
            {
                Assert.Equal(expected, journal.Results.Select(r => r.Cell.Value));
                journal.Append(Make.Done("d"));
            }
            Assert.Equal([.. expected, "d"], Read().Results.Select(r => r.Cell.Value));
        }
    }

    [Fact]
    public void A_run_broken_off_anywhere_and_continued_leaves_the_bytes_of_an_undisturbed_one()
    {
        CellResult[] results = [Rich("a"), Make.Done("b"), Rich("c")];
        using (var journal = Open())
            foreach (var result in results) journal.Append(result);
        var whole = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length <= whole.Length; length += 11)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            using (var journal = Open())
                foreach (var result in results) journal.Append(result);
            Assert.Equal(whole, System.IO.File.ReadAllBytes(File));
        }
    }

    [Theory]
    [InlineData("{]", "']' is an invalid start of a property name")]
    [InlineData("""{"cell":"x"}""", "missing required")]
    [InlineData("\0\0\0\0", "invalid start of a value")]
    public void A_damaged_line_in_the_middle_is_named(string damage, string reason)
    {
        using (var journal = Open())
        {
            journal.Append(Make.Done("a"));
            journal.Append(Make.Done("b"));
        }
        var lines = System.IO.File.ReadAllLines(File);
        lines[1] = damage;
        System.IO.File.WriteAllLines(File, lines);
        var before = System.IO.File.ReadAllBytes(File);
        foreach (var error in new[] { Assert.Throws<JournalException>(() => Open()), Assert.Throws<JournalException>(() => Read()) })
        {
            Assert.StartsWith($"{File}:2: the line is damaged", error.Message, StringComparison.Ordinal);
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void Wherever_a_bit_turns_the_line_is_refused_or_says_what_it_said()
    {
        using (var journal = Open()) journal.Append(Rich("a"));
        var whole = System.IO.File.ReadAllBytes(File);
        var (start, refused) = (Array.IndexOf(whole, (byte)'\n') + 1, 0);
        for (var bit = 8 * start; bit < 8 * (whole.Length - 1); bit += 5)
        {
            byte[] turned = [.. whole];
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            // Another line feed makes two lines, of which none is whole.
            System.IO.File.WriteAllBytes(File, turned);
            try
            {
                Assert.Equal(Text(Rich("a")), Text(Assert.Single(Read().Results)));
            }
            catch (JournalException e)
            {
                Assert.StartsWith($"{File}:2: the line is damaged (", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        // Only the name of the checksum may be another one.
        Assert.InRange(refused, (8 * (whole.Length - start - 1) / 5) - 20, int.MaxValue);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void An_empty_line_is_passed_over(int place)
    {
        using (var journal = Open())
        {
            journal.Append(Make.Done("a"));
            journal.Append(Make.Done("b"));
        }

        var lines = System.IO.File.ReadAllLines(File).ToList();
        lines.Insert(place, place % 2 == 0 ? "" : " \r");
        System.IO.File.WriteAllText(File, string.Join('\n', lines) + "\n");
        Assert.Equal(["a", "b"], Read().Results.Select(r => r.Cell.Value));
        using (var journal = Open()) journal.Append(Make.Done("c"));
        Assert.Equal(["a", "b", "c"], Read().Results.Select(r => r.Cell.Value));
    }

    [Fact]
    public void Lines_without_a_checksum_are_taken_as_they_are()
    {
        System.IO.File.WriteAllText(File,
            """{"format":1,"sweep":"demo","plan":"abcd1234","version":"1"}""" + $"\n{Text(Make.Done("a"))}\n");
        Assert.Equal("a", Assert.Single(Read().Results).Cell.Value);
    }

    [Fact]
    public void A_journal_of_another_spec_is_refused_and_left_alone()
    {
        using (var journal = Open()) journal.Append(Make.Done("a"));
        var before = System.IO.File.ReadAllBytes(File);
        var error = Assert.Throws<JournalException>(() => Open(Header with { Plan = "ffff0000" }));
        Assert.Contains("belongs to another sweep (sweep demo, plan abcd1234, version 1), not to this one (sweep demo, plan ffff0000",
            error.Message, StringComparison.Ordinal);
        error = Assert.Throws<JournalException>(() => Journal.Read(_folder.Path, Header with { Version = "2" }));
        Assert.Contains("made by version 1 of the experiments, and this is version 2", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
        using (Open()) { }
    }

    [Theory]
    [InlineData("my own notes")]
    [InlineData("my own notes\nand more")]
    [InlineData("""{"format":2,"sweep":"demo","plan":"abcd1234","version":"1"}""" + "\n")]
    public void A_file_that_is_no_journal_is_refused_and_left_alone(string text)
    {
        System.IO.File.WriteAllText(File, text);
        var error = Assert.Throws<JournalException>(() => Open());
        Assert.StartsWith($"{File}:1:", error.Message, StringComparison.Ordinal);
        Assert.Equal(text, System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void A_folder_without_a_journal_reads_as_nothing_finished()
    {
        Assert.Empty(Read().Results);
        Assert.Null(Read().Header);
    }

    [Fact]
    public void Only_a_failure_is_replaced()
    {
        using (var journal = Open())
        {
            Assert.True(journal.Append(CellResult.Failed(new("a"), FailureKind.Experiment, "first", 1, 1, Make.Here)));
            Assert.True(journal.Append(CellResult.Failed(new("a"), FailureKind.Experiment, "second", 1, 2, Make.Here)));
            Assert.Equal("second", journal.Find(new("a"))!.Error);
            Assert.True(journal.Append(Make.Done("a", ("x", new(1)))));
            Assert.False(journal.Append(Make.Done("a", ("x", new(2)))));
            Assert.False(journal.Append(CellResult.Failed(new("a"), FailureKind.Experiment, "late", 1, 3, Make.Here)));
        }
        Assert.Equal(1, Assert.Single(Read().Results).Measurements["x"].Value);

        // And so it is for lines that two copies of a journal put together would hold.
        System.IO.File.AppendAllText(File,
            Text(CellResult.Failed(new("a"), FailureKind.Experiment, "later", 1, 3, Make.Here)) + "\n"
                + Text(Make.Done("a", ("x", new(3)))) + "\n");
        Assert.Equal(1, Assert.Single(Read().Results).Measurements["x"].Value);
    }

    [Fact]
    public void Only_finished_cells_are_written()
    {
        using var journal = Open();
        Assert.Throws<ArgumentException>(() => journal.Append(Make.Done("a") with { Status = CellStatus.Running }));
    }

    [Fact]
    public void A_long_line_is_read_whole()
    {
        var result = Make.Done("a") with { Outcomes = OutcomeBits.From(new bool[2_000_000]) };
        using (var journal = Open())
        {
            journal.Append(result);
            journal.Append(Make.Done("b"));
        }
        Assert.Equal(["a", "b"], Read().Results.Select(r => r.Cell.Value));
        Assert.Equal(Encoding.UTF8.GetByteCount(Text(result)) + ",\"sum\":\"01234567\"".Length,
            System.IO.File.ReadLines(File).Skip(1).First().Length);
    }
}
