namespace GpuContainers.Cli;

/// <summary>The tools program: every verb of nvidia-ctk but hook.</summary>
public static class Program
{
    /// <summary>Runs the verb and returns its exit status.</summary>
    public static int Main() => 1;
}
