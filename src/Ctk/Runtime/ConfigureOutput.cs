using GpuContainers.Engines;
using GpuContainers.Engines.Files;

namespace GpuContainers.Ctk.Runtime;

/// <summary>Where the changes of <c>runtime configure</c> go: to their files, or to standard output.</summary>
/// <param name="invocation">The call.</param>
/// <param name="engine">The engine with the files of this command.</param>
internal sealed class ConfigureOutput(Invocation invocation, Engine engine)
{
    /// <summary>Prints what would change.</summary>
    public int PrintDiff(ChangeSet changes)
    {
        invocation.Output.Write(changes.Diff());
        return 0;
    }

    /// <summary>Prints the documents as they would be written, each with a line end behind it (CT-43).</summary>
    public int PrintDocuments(IReadOnlyList<FileChange> files)
    {
        for (int i = 0; i < files.Count; i++)
        {
            // With two files the reader must know which is which (CT-87).
            if (files.Count > 1)
                Log.Info(i == 0 ? "Drop-in config:" : "Top-level config:");
            invocation.Output.Write(Encoding.UTF8.GetString(files[i].Content ?? []) + "\n");
            invocation.Output.Flush();
        }
        return 0;
    }

    /// <summary>Makes the changes and says so (CT-33).</summary>
    /// <exception cref="EngineException">Nothing was changed, because a file cannot be written or was changed by someone else.</exception>
    public int Write(IReadOnlyList<FileChange> files)
    {
        Apply(new ChangeSet(files), engine.Name, engine.ConfigPath);
        foreach (FileChange change in files)
        {
            if (!change.IsChange)
                Log.Info($"Config is up to date: {change.File.Path}");
            else
                Log.Info(change.Content is null ? $"Removed empty config from {change.File.Path}" : $"Wrote updated config to {change.File.Path}");
        }
        Log.Info($"It is recommended that {engine.Name} daemon be restarted.");
        return 0;
    }

    /// <summary>Makes the changes, and a backup first.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="name">The engine's name in the backup.</param>
    /// <param name="config">The top-level file in the backup.</param>
    public void Apply(ChangeSet changes, string name, string config)
    {
        string folder = invocation.Get(ConfigureFlags.BackupDir);
        bool mayLose = invocation.Get(ConfigureFlags.Force);
        try
        {
            if (folder.Length == 0)
                changes.Apply(mayLose);
            else
                new BackupFolder(folder).Apply(name, config, changes, mayLoseMetadata: mayLose);
        }
        catch (EngineException lost) when (lost.Reason == EngineFault.Metadata)
        {
            throw new EngineException(
                lost.Reason, $"{lost.Message}; run the command as the file's owner or as root, or give --force to replace it without them", lost);
        }
    }
}
