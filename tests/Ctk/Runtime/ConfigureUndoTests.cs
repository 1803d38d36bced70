using GpuContainers.Ctk.Tests.Cdi;
using GpuContainers.Engines.Files;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Tests.Runtime;

/// <summary>Taking changes back: in order, only where nobody else has changed the files, and never half.</summary>
public sealed class ConfigureUndoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nvct").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Config => _folder + "/daemon.json";

    private string Backups => _folder + "/backups";

    private CommandResult Run(params string[] options) => CtkCli.Run(["runtime", "configure", "--config", Config, "--backup-dir", Backups, .. options]);

    [Fact]
    [Requirement("CT-34")]
    public void Changes_are_taken_back_one_after_the_other()
    {
        File.WriteAllText(Config, "{\"debug\": true}\n");
        Run().Succeeded();
        string first = File.ReadAllText(Config);
        Run("--set-as-default").Succeeded();
        Assert.Equal(2, Directory.GetFiles(Backups).Length);
        Run("--undo").Succeeded();
        Assert.Equal(first, File.ReadAllText(Config));
        CommandResult second = Run("--undo").Succeeded();
        Assert.Contains($"Restored {Config}", second.Errors, StringComparison.Ordinal);
        Assert.Contains("It is recommended that docker daemon be restarted.", second.Errors, StringComparison.Ordinal);
        Assert.Equal("{\"debug\": true}\n", File.ReadAllText(Config));
        CommandResult third = Run("--undo");
        Assert.Equal(1, third.Status);
        Assert.Contains($"unable to undo: there is no backup of {Config} for docker in {Backups}; nothing was changed", third.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_changed_since_is_not_touched()
    {
        Run().Succeeded();
        File.AppendAllText(Config, "\n");
        string text = File.ReadAllText(Config);
        CommandResult result = Run("--undo");
        Assert.Equal(1, result.Status);
        Assert.Contains($"{Config} was changed after nvidia-ctk wrote it", result.Errors, StringComparison.Ordinal);
        Assert.Contains(Backups + "/000001.json", result.Errors, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Config));
    }

    [Fact]
    public void A_file_put_back_by_hand_is_no_error()
    {
        File.WriteAllText(Config, "{}");
        Run().Succeeded();
        File.WriteAllText(Config, "{}");
        Assert.Contains("hold their earlier content already", Run("--undo").Succeeded().Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Backups));
    }

    [Fact]
    [Requirement("CT-34")]
    public void All_changes_of_all_engines_are_taken_back()
    {
        string containerd = _folder + "/containerd.toml";
        File.WriteAllText(Config, "{\"debug\": true}\n");
        File.WriteAllText(containerd, "version = 2\n");
        Run().Succeeded();
        Run("--set-as-default").Succeeded();
        Run("--runtime=containerd", "--drop-in-config=", "--config", containerd).Succeeded();
        Assert.Contains("-", Run("--undo", "--all", "--diff").Succeeded().Output, StringComparison.Ordinal);
        Run("--undo", "--all").Succeeded();
        Assert.Equal("{\"debug\": true}\n", File.ReadAllText(Config));
        Assert.Equal("version = 2\n", File.ReadAllText(containerd));
        Assert.Empty(Directory.GetFiles(Backups));
        Run("--undo", "--all").Succeeded();
    }

    [Fact]
    public void Of_all_changes_one_that_is_not_ours_any_more_stays_and_the_others_are_taken_back()
    {
        string containerd = _folder + "/containerd.toml";
        File.WriteAllText(Config, "{}");
        File.WriteAllText(containerd, "version = 2\n");
        Run("--runtime=containerd", "--drop-in-config=", "--config", containerd).Succeeded();
        Run().Succeeded();
        Run("--set-as-default").Succeeded();
        File.AppendAllText(Config, "\n");
        string text = File.ReadAllText(Config);
        CommandResult result = Run("--undo", "--all");
        Assert.Equal(1, result.Status);
        Assert.Contains($"{Config} was changed after nvidia-ctk wrote it", result.Errors, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Config));
        Assert.Equal("version = 2\n", File.ReadAllText(containerd));
    }

    [Fact]
    public void Each_configuration_has_changes_of_its_own()
    {
        File.WriteAllText(Config, "{}");
        File.WriteAllText(_folder + "/other", "{}");
        Run().Succeeded();
        Run("--config", _folder + "/other").Succeeded();
        Run("--undo").Succeeded();
        Assert.Equal("{}", File.ReadAllText(Config));
        Assert.NotEqual("{}", File.ReadAllText(_folder + "/other"));
    }

    [Fact]
    public void A_damaged_backup_is_named()
    {
        Directory.CreateDirectory(Backups);
        File.WriteAllText(Backups + "/000001.json", "{\"engine\": \"docker\"}");
        CommandResult result = Run("--undo");
        Assert.Equal(1, result.Status);
        Assert.Contains($"the backup {Backups}/000001.json is damaged; delete it and undo by hand", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Backups_are_for_their_owner_alone_and_do_not_pile_up()
    {
        for (int i = 0; i < 9; i++)
        {
            File.WriteAllText(Config, $"{{\"x\": {i}}}");
            Run().Succeeded();
            Run("--set-as-default").Succeeded();
        }
        string[] files = [.. Directory.GetFiles(Backups).Order(StringComparer.Ordinal)];
        Assert.Equal(16, files.Length);
        Assert.EndsWith("/000018.json", files[^1]);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Backups));
    }

    [Fact]
    public void Without_a_place_for_backups_the_change_is_made_all_the_same()
    {
        File.WriteAllText(Config, "{}");
        CommandResult result = Run("--backup-dir", "/proc/none").Succeeded();
        Assert.Contains(
            "level=warning msg=\"no backup could be made, so --undo cannot take back this change: mkdir /proc/none", result.Errors, StringComparison.Ordinal);
        Assert.Contains("nvidia", File.ReadAllText(Config), StringComparison.Ordinal);
        File.WriteAllText(Config, "{}");
        Assert.DoesNotContain("warning", Run("--backup-dir=").Succeeded().Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-193")]
    public void Links_stay_and_what_they_led_to_is_put_back()
    {
        File.WriteAllText(_folder + "/real.json", "{}");
        File.CreateSymbolicLink(_folder + "/step", "real.json");
        File.CreateSymbolicLink(Config, "step");
        Run().Succeeded();
        // Another target since then: what was written is put back, not what the link leads to now.
        File.Delete(_folder + "/step");
        File.WriteAllText(_folder + "/other.json", "{\"debug\": true}");
        File.CreateSymbolicLink(_folder + "/step", "other.json");
        Run("--undo").Succeeded();
        Assert.Equal("{}", File.ReadAllText(_folder + "/real.json"));
        Assert.Equal("{\"debug\": true}", File.ReadAllText(_folder + "/other.json"));
        Assert.Equal(("step", "other.json"), (new FileInfo(Config).LinkTarget, new FileInfo(_folder + "/step").LinkTarget));
    }

    [Fact]
    [Requirement("CT-193")]
    public void A_dangling_link_is_dangling_again()
    {
        File.CreateSymbolicLink(Config, "real.json");
        Run().Succeeded();
        Assert.True(File.Exists(_folder + "/real.json"));
        Run("--undo").Succeeded();
        Assert.False(File.Exists(_folder + "/real.json"));
        Assert.Equal("real.json", new FileInfo(Config).LinkTarget);
    }

    [Fact]
    [Requirement("CT-194")]
    public void A_file_that_was_removed_comes_back_with_all_that_it_had()
    {
        string dropIn = _folder + "/conf.d/99-nvidia.toml";
        var had = new FileMetadata(UnixFileMode.UserRead | UnixFileMode.GroupRead, 12, 34, [new ExtendedAttribute("user.note", "kept"u8.ToArray())]);
        AtomicFile.Replace(Config, "x = 1\n"u8, new ReplaceSettings { NewFileMetadata = had });
        var backups = new BackupFolder(Backups);
        backups.Apply("crio", Config, new ChangeSet([new FileChange(EngineFile.Read(Config), null)]));
        Assert.False(File.Exists(Config));
        Run("--runtime=crio", "--drop-in-config", dropIn, "--undo").Succeeded();
        Assert.Equal("x = 1\n", File.ReadAllText(Config));
        Assert.Equivalent(had, FileMetadata.Read(Config), strict: true);
    }
}
