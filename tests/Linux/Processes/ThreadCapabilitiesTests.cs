using GpuContainers.Linux.Files;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Linux.Tests.Processes;

/// <summary>Rights that one thread gives up; the test's other threads keep theirs.</summary>
public sealed class ThreadCapabilitiesTests
{
    [Fact]
    [Requirement("CL-144")]
    public void What_is_not_kept_is_gone_and_nothing_comes_back()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root has rights to give up");
        Dictionary<string, string> status = OnThread(static () =>
        {
            ThreadCapabilities.Keep(Capabilities.ChangeOwner | Capabilities.Kill | Capabilities.SetCapabilities, inherited: Capabilities.Kill);
            ThreadCapabilities.Bound(Capabilities.IgnorePermissions);
            // A second call cannot take anything back.
            ThreadCapabilities.Keep(Capabilities.ChangeOwner | Capabilities.Kill | Capabilities.Administration, inherited: Capabilities.Kill);
        });
        Assert.Equal("0000000000000021", status["CapPrm"]);
        Assert.Equal("0000000000000021", status["CapEff"]);
        Assert.Equal("0000000000000020", status["CapInh"]);
        Assert.Equal("0000000000000002", status["CapBnd"]);
    }

    [Fact]
    [Requirement("CL-144")]
    public void Without_the_right_to_bound_rights_there_must_be_none_to_bound()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root has rights to give up");
        OnThread(static () =>
        {
            ThreadCapabilities.Keep(Capabilities.Kill);
            Assert.Equal(Errno.EPERM, Assert.Throws<LinuxException>(static () => ThreadCapabilities.Bound(Capabilities.None)).Errno);
        });
        OnThread(static () =>
        {
            ThreadCapabilities.Bound(Capabilities.None);
            ThreadCapabilities.Keep(Capabilities.Kill);
            ThreadCapabilities.Bound(Capabilities.None);
        });
    }

    [Fact]
    [Requirement("CL-137")]
    public void The_first_namespace_has_every_account()
    {
        Assert.SkipUnless(UserNamespace.IsInitial, "this is a user namespace");
        Assert.True(UserNamespace.CanBecome(65534, 65534));
        Assert.False(UserNamespace.CanBecome(uint.MaxValue, 0));
    }

    private static Dictionary<string, string> OnThread(Action work)
    {
        Exception? failure = null;
        string[] lines = [];
        var thread = new Thread(() =>
        {
            try
            {
                work();
                lines = File.ReadAllLines("/proc/thread-self/status");
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        return lines.Where(static line => line.StartsWith("Cap", StringComparison.Ordinal))
            .ToDictionary(static line => line[..6], static line => line[7..].Trim());
    }
}
