using System.Runtime.InteropServices;
using System.Text.Json;
using GpuContainers.Ctk.Doctor;
using GpuContainers.Ctk.Doctor.Report;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>What people and programs get to read.</summary>
public sealed partial class ReportTests
{
    [Theory]
    [Requirement("DR-3")]
    [InlineData("healthy", 0)]
    [InlineData("broken", 1)]
    [InlineData("no-driver", 1)]
    public void The_screen_at_80_columns_is_the_golden_file(string name, int status)
    {
        using SimulatedTree tree = Make(name);
        Examination examination = Examination.Of(HealthyHost.Examine(tree), AllChecks.List);
        string text = new ReportText(80).Write(examination).Replace(tree.Root, "", StringComparison.Ordinal);
        string golden = Checkout.At("testdata", "doctor", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(golden, text);
        Assert.Equal(File.ReadAllText(golden), text);
        Assert.Equal(status, examination.ExitStatus);
        // Only a command may be longer: it stays in one line to be copied.
        Assert.All(text.Split('\n'), static line => Assert.True(line.Length <= 80 || line.Contains("fix  sudo ", StringComparison.Ordinal), line));
    }

    [Fact]
    [Requirement("DR-3", "DR-16")]
    public void Programs_get_every_finding_with_its_commands()
    {
        using SimulatedTree tree = Make("broken");
        Examination examination = Examination.Of(HealthyHost.Examine(tree), AllChecks.List);
        using var document = JsonDocument.Parse(ReportJson.Write(examination));
        JsonElement[] findings = [.. document.RootElement.GetProperty("findings").EnumerateArray()];
        Assert.Equal(examination.Results.Count, findings.Length);
        JsonElement times = document.RootElement.GetProperty("microseconds");
        Assert.Equal(AllChecks.List.Select(static check => check.Code), times.EnumerateObject().Select(static time => time.Name));
        JsonElement uvm = findings.Single(static finding => finding.GetProperty("code").GetString() == "uvm-nodes");
        Assert.Equal("error", uvm.GetProperty("verdict").GetString());
        Assert.Equal("nvidia-ctk system create-device-nodes --load-kernel-modules --control-devices", uvm.GetProperty("commands")[0].GetString());
        Assert.True(uvm.GetProperty("safe").GetBoolean());
        Assert.Equal(examination.Count(Verdict.Error), document.RootElement.GetProperty("counts").GetProperty("error").GetInt32());
    }

    [Fact]
    [Requirement("DR-4")]
    public void A_check_that_fails_keeps_no_other_from_running()
    {
        using SimulatedTree tree = HealthyHost.Make();
        Check broken = Check.Of("broken", Subject.System, "it is broken", static _ => throw new IOException("the disk is gone"));
        Examination examination = Examination.Of(HealthyHost.Examine(tree), [broken, AllChecks.List[0]]);
        Assert.Equal(["broken: the disk is gone"], examination.Failures);
        Assert.Single(examination.Results);
        Assert.Equal(2, examination.ExitStatus);
        Assert.Contains("could not run: broken: the disk is gone", new ReportText(80).Write(examination), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DR-5")]
    public void What_a_user_may_not_see_is_listed()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "becoming another user needs root");
        using SimulatedTree tree = HealthyHost.Make();
        File.SetUnixFileMode(tree.Root, FileModes.PublicFolder);
        File.SetUnixFileMode(tree.At("/etc/docker/daemon.json"), UnixFileMode.UserRead);
        Examination examination = AsNobody(() => Examination.Of(HealthyHost.Examine(tree), AllChecks.List));
        Assert.Equal(["/etc/docker/daemon.json"], examination.Unseen);
        Assert.Contains("not seen, for lack of permission: /etc/docker/daemon.json\nrun it as root", new ReportText(80).Write(examination),
            StringComparison.Ordinal);
    }

    // The user of file accesses is one thread's own (setfsuid(2)); with root's it loses the right to read everything.
    private static Examination AsNobody(Func<Examination> look)
    {
        Examination? result = null;
        var thread = new Thread(() =>
        {
            _ = SetFileUser(65534);
            result = look();
        });
        thread.Start();
        thread.Join();
        return result!;
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileUser(uint uid);

    private static SimulatedTree Make(string name)
    {
        SimulatedTree tree = HealthyHost.Make();
        if (name == "no-driver")
            HostDirectory.RemoveTree(tree.At("/proc/driver/nvidia"));
        if (name != "broken")
            return tree;
        tree.Write("/proc/devices", "Character devices:\n195 nvidia\n\nBlock devices:\n");
        HostDirectory.RemoveTree(tree.At("/dev/nvidia-uvm"));
        tree.Write("/etc/docker/daemon.json", """{"runtimes": {"nvidia": {"path": "/opt/nvidia/nvidia-container-runtime"}}}""");
        File.SetUnixFileMode(tree.At("/var/run/cdi/nvidia.yaml"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return tree;
    }
}
