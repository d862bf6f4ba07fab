using McpSseActors.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace McpSseActors.Hosting;

/// <summary>
/// Makes the options from their section, since they never change once they are made. Faults are told as those of all options are: in one
/// <see cref="OptionsValidationException"/>, with a failure for each.
/// </summary>
internal sealed class McpSseOptionsFactory(
    IConfiguration section,
    IEnumerable<IConfigureOptions<McpSseOptions>> setups,
    IEnumerable<IPostConfigureOptions<McpSseOptions>> postConfigures,
    IEnumerable<IValidateOptions<McpSseOptions>> validations) : OptionsFactory<McpSseOptions>(setups, postConfigures, validations)
{
    protected override McpSseOptions CreateInstance(string name)
    {
        try
        {
            return SectionConfiguration.Read(section);
        }
        catch (McpSseConfigurationException faulty)
        {
            throw new OptionsValidationException(name, typeof(McpSseOptions), faulty.Faults.Select(fault => fault.ToString()));
        }
    }
}

/// <summary>Checks streams that did not come from the section, and so were not checked when it was read.</summary>
internal sealed class McpSseOptionsValidation : IValidateOptions<McpSseOptions>
{
    public ValidateOptionsResult Validate(string? name, McpSseOptions options)
    {
        var faults = OptionsValidation.Check(options.Streams);
        return faults.IsEmpty ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Select(fault => fault.ToString()));
    }
}
