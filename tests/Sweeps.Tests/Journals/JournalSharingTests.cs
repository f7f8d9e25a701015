using System.Diagnostics;
using System.Globalization;
using Grid.Sweeps.Journals;

namespace Grid.Sweeps.Tests.Journals;

/// <summary>Several who are at one journal: workers, readers, and other runs, which are kept out.</summary>
public sealed class JournalSharingTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string File => _folder[Journal.FileName];

    Journal Open() => Journal.Open(_folder.Path, JournalTests.Header, new HandClock());

    JournalContent Read() => Journal.Read(_folder.Path, JournalTests.Header);

    [Fact]
    public void Workers_may_append_at_the_same_time()
    {
        using (var journal = Open()) Parallel.For(0, 400, i => journal.Append(JournalTests.Rich($"c{i % 300}")));
        Assert.Equal(300, Read().Results.Count);
        Assert.Equal(301, System.IO.File.ReadAllLines(File).Length);
    }

    [Fact]
    public void It_can_be_read_while_a_run_writes_it()
    {
        using var journal = Open();
        journal.Append(Make.Done("a"));
        Assert.Equal("a", Assert.Single(Read().Results).Cell.Value);
    }

    [Fact]
    public void Who_reads_on_is_told_of_a_damaged_line_by_its_number_each_time()
    {
        using (var journal = Open())
        {
            journal.Append(Make.Done("a"));
            journal.Append(Make.Done("b"));
        }

        var content = new JournalContent();
        Journal.ReadOn(_folder.Path, content);
        System.IO.File.AppendAllText(File, "{damaged}\n");
        for (var i = 0; i < 3; i++)
        {
            var error = Assert.Throws<JournalException>(() => Journal.ReadOn(_folder.Path, content));
            Assert.StartsWith($"{File}:4: ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_folder_in_use_is_refused_with_the_pid_of_its_holder()
    {
        using (Open())
        {
            var error = Assert.Throws<JournalException>(() => Open());
            Assert.StartsWith($"{_folder.Path} is in use by another run (process {Environment.ProcessId})", error.Message,
                StringComparison.Ordinal);
        }
        using (Open()) { }
    }

    [Fact]
    public void A_folder_held_by_another_process_is_free_when_that_is_killed()
    {
        Needs.Met("flock", System.IO.File.Exists("/usr/bin/flock") ? null : "There is no flock (Debian package util-linux).");
        using (Open()) { }
        // The shell would outlive its child with the lock in hand, hence --no-fork.
        using var holder = Process.Start(
            new ProcessStartInfo("/usr/bin/flock", ["--no-fork", "-x", _folder[".lock"], "sh", "-c", "echo held; exec sleep 60"])
            {
                RedirectStandardOutput = true,
            })!;
        Assert.Equal("held", holder.StandardOutput.ReadLine());
        System.IO.File.WriteAllText(_folder[".lock.pid"], holder.Id.ToString(CultureInfo.InvariantCulture));
        Assert.Contains($"(process {holder.Id})", Assert.Throws<JournalException>(() => Open()).Message, StringComparison.Ordinal);
        holder.Kill();
        holder.WaitForExit();
        using (Open()) { }
    }
}
