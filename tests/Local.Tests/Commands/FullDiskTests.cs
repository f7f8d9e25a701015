using System.Diagnostics;

namespace Grid.Local.Tests.Commands;

public sealed class FullDiskTests
{
    [Fact]
    public void A_full_disk_stops_the_run_and_more_room_lets_it_go_on()
    {
        using var place = new Workplace();
        Directory.CreateDirectory(place["disk"]);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Mount("-t", "tmpfs", "-o", "size=24k", "tmpfs", place["disk"]),
            "Only who may mount can have a small disk.");
        try
        {
            place.Write("s.yaml", SmallSweeps.Houses);
            var (code, _, error) = place.Run("run", "s.yaml", "--out", "disk");
            Assert.Equal(1, code);
            Assert.Single(error.TrimEnd('\n').Split('\n'));
            Assert.Contains("continue with: grid resume disk/houses-", error, StringComparison.Ordinal);
            var folder = Directory.GetDirectories(place["disk"], "houses-*").Single();
            var status = place.Run("status", folder);
            Assert.Equal(0, status.Code);
            Assert.DoesNotContain(": 0 done", status.Out, StringComparison.Ordinal);

            Assert.True(Mount("-o", "remount,size=10m", place["disk"]));
            Assert.Equal(0, place.Run("resume", folder).Code);
            Assert.Contains("54 done", place.Run("status", folder).Out, StringComparison.Ordinal);
        }
        finally
        {
            using var unmount = Process.Start("umount", [place["disk"]]);
            unmount.WaitForExit();
        }
    }

    static bool Mount(params string[] arguments)
    {
        try
        {
            using var mount = Process.Start(new ProcessStartInfo("mount", arguments) { RedirectStandardError = true })!;
            mount.WaitForExit();
            return mount.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
