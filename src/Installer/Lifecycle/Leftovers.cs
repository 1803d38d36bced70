namespace GpuContainers.Installer.Lifecycle;

/// <summary>Halves of files that a killed run has left where engines or this program look.</summary>
internal static class Leftovers
{
    /// <summary>Removes them; called under the lock, so that no other run can be at work on them.</summary>
    public static void Remove(InstallerSettings settings)
    {
        string state = LexicalPath.Join(settings.ToolkitDir, InstallState.FolderName);
        AtomicFile.RemoveLeftovers(state, areAllDead: true);
        AtomicFile.RemoveLeftovers(LexicalPath.Join(state, InstallState.BackupsName), areAllDead: true);
        AtomicFile.RemoveLeftovers(settings.Toolkit.CdiOutputDir, areAllDead: true);
        if (settings.Engine is not { } engine)
            return;
        foreach (string file in (string[])[engine.Engine.ConfigPath, engine.Engine.DropInPath, engine.HookFile])
        {
            if (file.Length > 0)
                AtomicFile.RemoveLeftovers(LexicalPath.Parent(file), areAllDead: true);
        }
    }
}
