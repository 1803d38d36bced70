namespace GpuContainers.Runtime;

/// <summary>The tools program, which serves every verb of nvidia-ctk but <c>hook</c>.</summary>
internal static class ToolsProgram
{
    private const string Name = "nvidia-ctk-cli";

    /// <summary>Replaces this process by the tools program beside the real path of this one; the arguments stay as they are.</summary>
    /// <exception cref="CoreException">It is not there, or cannot be started.</exception>
    public static int Execute(IReadOnlyList<byte[]> arguments)
    {
        string self = HostFile.ReadLink("/proc/self/exe")
            ?? throw new CoreException("cannot tell where this program lies: /proc is not mounted");
        string path = LexicalPath.Join(LexicalPath.Parent(self), Name);
        Errno error = ProgramImage.Execute(path, arguments);
        throw new CoreException(
            $"could not exec '{path}': {error.Describe()}; reinstall the toolkit so that {Name} lies beside {LexicalPath.Base(self)}");
    }
}
