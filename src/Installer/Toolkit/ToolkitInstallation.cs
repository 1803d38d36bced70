using GpuContainers.Host.Devices;

namespace GpuContainers.Installer.Toolkit;

/// <summary>Step 3 of the installation: programs, configuration, device nodes and the CDI specification.</summary>
/// <param name="settings">What is asked for.</param>
/// <param name="lowLevelRuntimes">The low-level runtimes; empty for the configuration's own.</param>
/// <param name="interruption">Keeps signals away while files are written.</param>
/// <param name="report">Takes notes of what was done.</param>
/// <param name="output">Standard output.</param>
internal sealed class ToolkitInstallation(InstallerSettings settings, IReadOnlyList<string> lowLevelRuntimes, Interruption interruption, RunReport report,
    TextWriter output)
{
    private const UnixFileMode ScriptMode = FileModes.AnyExecute;

    private readonly ToolkitSettings _toolkit = settings.Toolkit;
    private readonly string _folder = settings.ToolkitDir;

    /// <summary>Does it all; with <c>--ignore-errors</c> a part that fails is logged only.</summary>
    /// <exception cref="ToolkitException">A part failed.</exception>
    public void Run()
    {
        Log.Info($"Installing NVIDIA container toolkit to '{_folder}'");
        Part("could not install toolkit components", InstallFiles);
        if (_toolkit.CreatesControlNodes)
            Part("error creating device nodes", () => CreateControlNodes(_toolkit.DevRootInContainer));
        if (_toolkit.CdiEnabled)
            Part("error generating CDI specification", WriteSpec);
    }

    private static void CreateControlNodes(string devRoot) =>
        new ControlDevices(DeviceMajors.Read(new DeviceHost(), "failed to create devices info"), dryRun: false).Create(devRoot);

    private void WriteSpec()
    {
        var spec = ManagementSpec.Generate(_toolkit, LexicalPath.Join(_folder, ToolkitProgram.Hook));
        interruption.Hold(() => report.CdiSpec = spec.Save());
    }

    private void Part(string what, Action step)
    {
        try
        {
            ToolkitException.During(what, step);
        }
        catch (ToolkitException failure) when (_toolkit.IgnoresErrors)
        {
            Log.Warning($"Ignoring error: {failure.Message}");
        }
    }

    private void InstallFiles()
    {
        var config = ToolkitConfigFile.Create(_toolkit, _folder, lowLevelRuntimes);
        // Everything is found and read before the first file is written.
        var artifacts = Artifacts.Find(settings.SourceRoot);
        var folder = new ToolkitFolder(_folder);
        AddLibraries(folder, artifacts);
        foreach ((ToolkitProgram program, string file) in artifacts.Programs)
            AddProgram(folder, artifacts, program, file);
        folder.AddLink(ToolkitProgram.OldHook, ToolkitProgram.RuntimeHook);
        if (artifacts.Tools is not null)
            folder.AddCopy(ToolkitProgram.Tools, artifacts.Tools);
        folder.AddText(ToolkitConfigFile.Name, config.Text, ToolkitConfigFile.Mode);
        interruption.Hold(() => report.ToolkitChanges = folder.Apply(last: ToolkitProgram.Runtime));
        output.Write($"Using config:\n{config.Text}");
        output.Flush();
    }

    private static void AddLibraries(ToolkitFolder folder, Artifacts artifacts)
    {
        foreach ((string name, string file) in artifacts.Libraries)
        {
            string real = LexicalPath.Base(file);
            folder.AddCopy(real, file);
            if (real != name)
                folder.AddLink(name, real);
        }
    }

    private void AddProgram(ToolkitFolder folder, Artifacts artifacts, ToolkitProgram program, string file)
    {
        // The core finds the configuration beside itself and looks for the driver's module by itself: no shell, no second file.
        if (artifacts.IsCore(file) && program.Name != CoreName(artifacts))
        {
            folder.AddLink(program.Name, CoreName(artifacts));
            return;
        }
        if (artifacts.IsCore(file) || !program.IsWrapped)
        {
            folder.AddCopy(program.Name, file);
            return;
        }
        folder.AddCopy(program.Name + WrapperScript.Suffix, file);
        string runtime = lowLevelRuntimes.Count > 0 ? lowLevelRuntimes[0] : settings.EngineName == "crio" ? "crun" : "runc";
        string config = LexicalPath.Join(_folder, ToolkitConfigFile.Name);
        folder.AddText(program.Name, WrapperScript.Text(program, _folder, config, runtime), HostFile.Status(file).Mode | ScriptMode);
    }

    // The runtime's name where the core is the runtime too, as in our own packages.
    private static string CoreName(Artifacts artifacts) =>
        artifacts.Programs.Any(found => found.Program.Name == ToolkitProgram.Runtime && artifacts.IsCore(found.File)) ? ToolkitProgram.Runtime
            : ToolkitProgram.Hook;
}
