using GpuContainers.Engines;
using GpuContainers.Engines.Files;

namespace GpuContainers.Ctk.Runtime;

/// <summary><c>runtime configure --undo</c>: the files get the content back that they had before the latest change.</summary>
internal static class ConfigureUndo
{
    /// <summary>Takes the latest change back, or prints what that would do.</summary>
    public static int Run(Invocation invocation)
    {
        (string name, string config) = Target(invocation);
        string folder = invocation.Get(ConfigureFlags.BackupDir);
        return ToolkitException.During("unable to undo", () =>
        {
            Backup backup = new BackupFolder(folder).Latest(name, config)
                ?? throw new EngineException(
                    $"there is no backup of {config} for {name} in {(folder.Length == 0 ? "--backup-dir" : folder)}; nothing was changed");
            ChangeSet changes = backup.Undo();
            if (invocation.Get(ConfigureFlags.Diff) || invocation.Get(ConfigureFlags.DryRun))
            {
                invocation.Output.Write(changes.Diff());
                return 0;
            }
            return Apply(backup, changes, name, invocation.Get(ConfigureFlags.Force));
        });
    }

    /// <summary>
    /// Takes back all changes of all engines, the latest first. One that cannot be taken back, because somebody has changed its file since, keeps the earlier
    /// ones of the same file too; the other engines' are taken back all the same.
    /// </summary>
    public static int RunAll(Invocation invocation) => ToolkitException.During("unable to undo", () =>
    {
        bool isTrial = invocation.Get(ConfigureFlags.Diff) || invocation.Get(ConfigureFlags.DryRun);
        var failures = new Dictionary<(string Engine, string Config), string>();
        var shown = new HashSet<(string Engine, string Config)>();
        List<Backup> backups = [.. new BackupFolder(invocation.Get(ConfigureFlags.BackupDir)).All()];
        if (backups.Count == 0)
            Log.Info("There is no change to take back");
        foreach (Backup backup in backups)
        {
            if (failures.ContainsKey((backup.Engine, backup.ConfigPath)))
                continue;
            // What an earlier change would give back can be told only when the later one has been taken back.
            if (isTrial && !shown.Add((backup.Engine, backup.ConfigPath)))
            {
                Log.Info($"and then an earlier change of {backup.ConfigPath}");
                continue;
            }
            try
            {
                ChangeSet changes = backup.Undo();
                if (isTrial)
                    invocation.Output.Write(changes.Diff());
                else
                    _ = Apply(backup, changes, backup.Engine, invocation.Get(ConfigureFlags.Force));
            }
            catch (EngineException failure)
            {
                failures[(backup.Engine, backup.ConfigPath)] = failure.Message;
            }
        }
        return failures.Count == 0 ? 0 : throw new EngineException(string.Join("; ", failures.Values));
    });

    private static (string Name, string Config) Target(Invocation invocation)
    {
        if (ConfigureHook.IsWanted(invocation))
        {
            string path = invocation.Get(ConfigureFlags.HookFile);
            return path.Length > 0 ? (ConfigureHook.Name, path)
                : throw new ToolkitException("--undo of a hook needs the hook's file; give it with --oci-hook-path");
        }
        Engine engine = ConfigureSettings.WithFiles(ConfigureSettings.FindEngine(invocation), invocation);
        return (engine.Name, engine.ConfigPath);
    }

    private static int Apply(Backup backup, ChangeSet changes, string name, bool mayLose)
    {
        changes.Apply(mayLose);
        backup.RemoveFolders();
        backup.Delete();
        foreach (FileChange change in changes.Changes)
            Log.Info(change.Content is null ? $"Removed {change.File.Path}" : $"Restored {change.File.Path}");
        if (changes.Changes.Count == 0)
            Log.Info("The files hold their earlier content already");
        if (name != ConfigureHook.Name)
            Log.Info($"It is recommended that {name} daemon be restarted.");
        return 0;
    }
}
