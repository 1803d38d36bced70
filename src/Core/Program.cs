namespace GpuContainers.Core;

/// <summary>The core program: chooses by the name it is started under.</summary>
public static class Program
{
    /// <summary>Runs the program that the name stands for and returns its exit status.</summary>
    public static int Main() => 1;
}
