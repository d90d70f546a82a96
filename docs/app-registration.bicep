// Registers Gangway in one Entra tenant: a public client without any secret, with one delegated permission.
// What it is for, and what comes after it, stands in azure.md beside this file.
targetScope = 'resourceGroup'

// Needs Bicep 0.36.1 or later. Nothing is created in the resource group itself.
extension 'br:mcr.microsoft.com/bicep/extensions/microsoftgraph/v1.0:1.0.0'

@description('The name on the consent page and in the sign-in logs.')
param displayName string = 'Gangway'

@description('By this name a second deployment finds the registration of the first one. It cannot be changed later.')
param uniqueName string = 'gangway'

@description('One tenant, or any organisation\'s. More than one only where people sign in to other organisations\' tenants.')
@allowed([
  'AzureADMyOrg'
  'AzureADMultipleOrgs'
])
param signInAudience string = 'AzureADMyOrg'

@description('Allow public client flows: wanted for signing in with a device code, for nothing else.')
param deviceCode bool = false

// Azure Service Management, and its delegated permission user_impersonation.
var azureServiceManagement = '797f4846-ba00-4fd7-ba43-dac1f8f63013'
var userImpersonation = '41094075-9dad-400e-a0bd-54e686782033'

resource registration 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: uniqueName
  displayName: displayName
  signInAudience: signInAudience
  isFallbackPublicClient: deviceCode
  publicClient: {
    redirectUris: [
      'http://localhost'
    ]
  }
  requiredResourceAccess: [
    {
      resourceAppId: azureServiceManagement
      resourceAccess: [
        {
          id: userImpersonation
          type: 'Scope'
        }
      ]
    }
  ]
}

// Without it nobody can be assigned and no consent is recorded before the first sign-in.
resource enterpriseApplication 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: registration.appId
}

@description('What goes into settings.toml or machine policy as client_id.')
output clientId string = registration.appId
