using System.Text;
using GpuContainers.Engines.Files;

namespace GpuContainers.Engines.Tests.Files;

public sealed class ChangeSetTests : IDisposable
{
    private readonly EngineFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private FileChange Change(string name, string? content) =>
        new(EngineFile.Read($"{_folder.Path}/{name}"), content is null ? null : Encoding.UTF8.GetBytes(content));

    private string Text(string name) => File.ReadAllText($"{_folder.Path}/{name}");

    [Theory]
    [InlineData("content")]
    [InlineData("replaced")]
    [InlineData("removed")]
    public void A_file_changed_by_someone_else_is_refused_and_nothing_written(string how)
    {
        File.WriteAllText(_folder.Config, "old");
        var changes = new ChangeSet([Change("new", "x"), Change("config", "ours")]);
        if (how == "removed")
        {
            File.Delete(_folder.Config);
        }
        else if (how == "replaced")
        {
            File.WriteAllText(_folder.Path + "/temporary", "old");
            File.Move(_folder.Path + "/temporary", _folder.Config, overwrite: true);
        }
        else
        {
            File.WriteAllText(_folder.Config, "theirs");
        }
        EngineException refused = Assert.Throws<EngineException>(() => changes.Apply());
        Assert.Equal($"{_folder.Config} was changed by someone else since it was read; nothing was written, run the command again", refused.Message);
        Assert.False(File.Exists(_folder.Path + "/new"));
    }

    [Fact]
    public void A_file_that_someone_else_made_is_refused()
    {
        var changes = new ChangeSet([Change("config", "ours")]);
        File.WriteAllText(_folder.Config, "theirs");
        Assert.Throws<EngineException>(() => changes.Apply());
        Assert.Equal("theirs", Text("config"));
    }

    [Fact]
    [Requirement("CT-90")]
    public void A_failure_takes_back_what_was_written_before()
    {
        File.WriteAllText(_folder.Path + "/first", "old");
        File.WriteAllText(_folder.Path + "/no-folder", "x");
        FileChange[] all = [Change("first", "new"), Change("second", "new"), Change("third/x", "new")];
        // Where the folder should be made there is a file by then.
        File.WriteAllText(_folder.Path + "/third", "x");
        Assert.Throws<EngineException>(() => new ChangeSet(all).Apply());
        Assert.Equal("old", Text("first"));
        Assert.False(File.Exists(_folder.Path + "/second"));
    }

    [Fact]
    [Requirement("CT-44")]
    public void What_stays_as_it_is_is_not_touched()
    {
        File.WriteAllText(_folder.Config, "same");
        File.SetLastWriteTimeUtc(_folder.Config, DateTime.UnixEpoch);
        var changes = new ChangeSet([Change("config", "same"), Change("missing", null)]);
        Assert.Empty(changes.Changes);
        changes.Apply();
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_folder.Config));
    }

    [Fact]
    [Requirement("CT-44")]
    public void What_a_killed_run_has_left_behind_goes()
    {
        string[] names = [".nvct-0123456789abcdef", ".nvct-fedcba9876543210", ".nvct-mine", "nvct-0123456789abcdef"];
        foreach (string name in names)
        {
            File.WriteAllText($"{_folder.Path}/{name}", "half");
            File.SetLastWriteTimeUtc($"{_folder.Path}/{name}", name == names[1] ? new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc) : DateTime.UnixEpoch);
        }
        new ChangeSet([Change("config", "x")]).Apply();
        Assert.Equal([.. names[1..].Append("config").Order(StringComparer.Ordinal)], Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)!)
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    [Requirement("CT-42")]
    public void A_file_without_content_is_removed()
    {
        File.WriteAllText(_folder.Config, "x");
        new ChangeSet([Change("config", null)]).Apply();
        Assert.False(File.Exists(_folder.Config));
    }

    [Theory]
    [Requirement("CT-193")]
    [InlineData("target")]
    [InlineData("second")]
    [InlineData("missing/target")]
    public void A_failure_leaves_links_as_they_were(string leadsTo)
    {
        File.WriteAllText(_folder.Path + "/target", "old");
        File.CreateSymbolicLink(_folder.Path + "/second", "dangling");
        File.CreateSymbolicLink(_folder.Config, leadsTo);
        var changes = new ChangeSet([Change("config", "new"), Change("third/x", "new")]);
        File.WriteAllText(_folder.Path + "/third", "x");
        Assert.Throws<EngineException>(() => changes.Apply());
        Assert.Equal(leadsTo, new FileInfo(_folder.Config).LinkTarget);
        Assert.Equal("dangling", new FileInfo(_folder.Path + "/second").LinkTarget);
        Assert.Equal("old", Text("target"));
        Assert.False(File.Exists(_folder.Path + "/dangling"));
    }

    [Fact]
    [Requirement("CT-193", "CT-42")]
    public void A_link_to_a_removed_file_stays()
    {
        File.WriteAllText(_folder.Path + "/target", "old");
        File.CreateSymbolicLink(_folder.Config, "target");
        new ChangeSet([Change("config", null)]).Apply();
        Assert.Equal("target", new FileInfo(_folder.Config).LinkTarget);
        Assert.False(File.Exists(_folder.Path + "/target"));
    }
}
