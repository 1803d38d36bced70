namespace GpuContainers.EndToEnd.Tests.Node;

/// <summary>The installer, killed at every step of a first start, of an upgrade, and of the way back: a start after that leaves a working node and nothing
/// else.</summary>
[Trait("Kind", "slow")]
public sealed class KilledInstallerTests(ITestOutputHelper output) : IDisposable
{
    // There is a kill before every call that changes files; far fewer would mean that the trace missed them.
    private const int LeastKills = 300;

    private readonly InstallerNode _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    [Requirement("IN-33", "IN-40", "IN-72")]
    public void The_next_start_leaves_a_node_as_if_nothing_had_happened()
    {
        int kills = 0;
        foreach (string engine in (string[])["docker", "containerd"])
            kills += KillInstall(engine, hasOlder: false) + KillInstall(engine, hasOlder: true) + KillUndo(engine);
        output.WriteLine($"{kills} runs were killed");
        Assert.True(kills >= LeastKills, $"only {kills} runs were killed");
    }

    private int KillInstall(string engine, bool hasOlder)
    {
        string[] install = _node.Install(engine, "new");
        _node.Reset(engine, hasOlder);
        InstallerNode.Run(install).Succeeded();
        string[] whole = _node.Snapshot();
        return KilledRuns.All(
            strace =>
            {
                _node.Reset(engine, hasOlder);
                return InstallerNode.Run([.. strace, .. install]);
            },
            moment =>
            {
                // A node that had a runtime has one at every moment.
                if (hasOlder)
                    Assert.EndsWith(" core\n", InstallerNode.Run([_node.Runtime]).Succeeded().Output, StringComparison.Ordinal);
                InstallerNode.Run(install).Succeeded();
                AssertSame(whole, _node.Snapshot(), $"{engine}, {moment}");
                Assert.Equal("newer core\n", InstallerNode.Run([_node.Runtime]).Succeeded().Output);
            });
    }

    private int KillUndo(string engine)
    {
        string[] install = _node.Install(engine, "new"), undo = [.. install, "--undo"];
        _node.Reset(engine, hasOlder: false);
        string[] files = _node.Snapshot("node/etc");
        InstallerNode.Run(install).Succeeded();
        string[] whole = _node.Snapshot();
        return KilledRuns.All(
            strace =>
            {
                _node.Reset(engine, hasOlder: false);
                InstallerNode.Run(install).Succeeded();
                return InstallerNode.Run([.. strace, .. undo]);
            },
            moment =>
            {
                // Containers that run still use the programs.
                Assert.Equal("newer core\n", InstallerNode.Run([_node.Runtime]).Succeeded().Output);
                CommandResult again = InstallerNode.Run(undo);
                if (again.Status != 0)
                    Assert.Contains("there is no backup that fits", again.Errors, StringComparison.Ordinal);
                AssertSame(files, [.. _node.Snapshot("node/etc").Where(static line => !line.EndsWith("conf.d: folder", StringComparison.Ordinal))],
                    $"{engine}, undo {moment}");
                InstallerNode.Run(install).Succeeded();
                AssertSame(whole, _node.Snapshot(), $"{engine}, undo {moment}, and a start");
            });
    }

    private static void AssertSame(string[] expected, string[] actual, string moment) => Assert.True(expected.SequenceEqual(actual),
        $"{moment}:\nnew {string.Join('\n', actual.Except(expected))}\ngone {string.Join('\n', expected.Except(actual))}");
}
